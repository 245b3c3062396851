package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// run starts the command and returns what it prints, line by line. The
// command has ended well when the test ends.
func run(t *testing.T, args ...string) (next func() string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	command := newCommand(write)
	command.SetArgs(append([]string{"--listen", "127.0.0.1:0"}, args...))
	ended := make(chan error, 1)
	go func() { ended <- command.ExecuteContext(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the command ended with %v", err)
		}
	})
	lines := bufio.NewScanner(read)
	return func() string {
		if !lines.Scan() {
			t.Fatal("the command prints nothing more")
		}
		return lines.Text()
	}
}

func TestServesTheDefaultsUntilStopped(t *testing.T) {
	next := run(t, "--access-log")
	url, ok := strings.CutPrefix(next(), "Artifactory emulator at ")
	if !ok || !strings.HasSuffix(url, "/artifactory") {
		t.Fatalf("first line names %q, want the URL", url)
	}
	for _, want := range []string{"user admin (admin)", "user reader", "user promoter", "user sigsync"} {
		if got := next(); got != want {
			t.Errorf("line = %q, want %q", got, want)
		}
	}
	answered := make(chan int, 1)
	go func() { answered <- ask(t, url+"/api/repositories/docker?x=1") }()
	if got := next(); !strings.HasSuffix(got, " sigsync GET /artifactory/api/repositories/docker?x=1 200 repositories") {
		t.Errorf("access log = %q", got)
	}
	if got := <-answered; got != 200 {
		t.Errorf("GET = %d, want 200", got)
	}
}

func ask(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	request.SetBasicAuth("sigsync", "password")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestRefusesToStart(t *testing.T) {
	for name, args := range map[string][]string{
		"absent configuration": {"--config", "none.yaml"},
		"bad address":          {"--listen", "127.0.0.1:port"},
		"argument":             {"extra"},
	} {
		command := newCommand(io.Discard)
		command.SilenceErrors = true
		command.SetArgs(args)
		if err := command.ExecuteContext(t.Context()); err == nil {
			t.Errorf("%s: nil error, want one", name)
		}
	}
}
