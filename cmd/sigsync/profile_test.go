package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProfiles(t *testing.T) {
	folder := t.TempDir()
	processor, memory := filepath.Join(folder, "cpu"), filepath.Join(folder, "mem")
	var out, complaint bytes.Buffer
	env := environment{stdout: &out, stderr: &complaint, lookup: nothing}
	code := run(t.Context(), []string{"version", "--cpuprofile", processor, "--memprofile", memory, "--pprof", "127.0.0.1:0"}, env)
	if code != 0 {
		t.Fatalf("run = %d: %s", code, &complaint)
	}
	for _, file := range []string{processor, memory} {
		content, err := os.ReadFile(file)
		if err != nil || !bytes.HasPrefix(content, []byte("\x1f\x8b")) {
			t.Errorf("%s = %.10q, %v, want a compressed profile", file, content, err)
		}
	}
}

func TestProfilesAreServed(t *testing.T) {
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &profiles{address: free.Addr().String()}
	if err := errors.Join(free.Close(), p.serve(t.Context())); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get("http://" + p.address + "/debug/pprof/heap")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close(), p.end()); err != nil || !bytes.HasPrefix(content, []byte("\x1f\x8b")) {
		t.Errorf("GET heap = %.20q, %v, want a compressed profile", content, err)
	}
	if _, err := http.Get("http://" + p.address + "/debug/pprof/heap"); err == nil {
		t.Error("profiles are served after the end")
	}
}

func TestProfilesAreServedOnLoopbackAlone(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:6060", "[::]:0", "localhost:0", "127.0.0.1"} {
		var out, complaint bytes.Buffer
		code := run(t.Context(), []string{"version", "--pprof", address}, environment{stdout: &out, stderr: &complaint, lookup: nothing})
		if code != 2 || !strings.Contains(complaint.String(), "not an address on loopback") || out.Len() > 0 {
			t.Errorf("run --pprof %s = %d, %s%s, want that it is refused", address, code, &out, &complaint)
		}
	}
}

func TestProfilesThatCannotBeWritten(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "no", "file")
	for flag, want := range map[string]int{"--cpuprofile": 2, "--memprofile": 1} {
		var out, complaint bytes.Buffer
		code := run(t.Context(), []string{"version", flag, nowhere}, environment{stdout: &out, stderr: &complaint, lookup: nothing})
		if code != want || !strings.Contains(complaint.String(), nowhere) {
			t.Errorf("run %s = %d, %s, want %d and the file's name", flag, code, &complaint, want)
		}
	}
}
