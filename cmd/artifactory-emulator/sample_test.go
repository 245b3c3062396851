package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/sigsync/sigsync/internal/demo"
)

func TestTheSampleIsPromotedWithoutItsSignatures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cosign.pub")
	next := run(t, "--sample", file)
	url, _ := strings.CutPrefix(next(), "Artifactory emulator at ")
	for range 4 { // users
		next()
	}
	key := publicKey(t, file)
	for image, tag := range map[string]string{"team/web": "1.0", "team/api": "2.3"} {
		subject := pulled(t, url, image, tag)
		for repository, want := range map[string]error{"docker-dev-local": nil, "docker-prod-local": demo.ErrNoSignature} {
			at := &demo.Registry{URL: url, Repository: repository, Username: "reader", Password: "password", HTTP: http.DefaultClient}
			if err := at.Verify(t.Context(), image, subject, key); !errors.Is(err, want) {
				t.Errorf("Verify(%s, %s) = %v, want %v", repository, image, err, want)
			}
		}
	}
}

func TestRefusesTheSample(t *testing.T) {
	config := filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(config, []byte("repositories: [{key: docker-dev-local, class: local}]\nusers: [{name: sigsync, password: p}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ config, file, want string }{
		"no administrator": {config, filepath.Join(t.TempDir(), "k"), "no administrator has a password"},
		"no folder":        {"", filepath.Join(t.TempDir(), "none", "k"), "write public key: "},
	} {
		command := newCommand(&bytes.Buffer{})
		command.SetErr(&bytes.Buffer{})
		command.SetArgs([]string{"--listen", "127.0.0.1:0", "--config", c.config, "--sample", c.file})
		if err := command.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Execute = %v, want %q in it", name, err, c.want)
		}
	}
}

func publicKey(t *testing.T, file string) *ecdsa.PublicKey {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatalf("%s = %q, want PEM", file, text)
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		t.Fatalf("key is %T, want ECDSA", parsed)
	}
	return key
}

// pulled is the digest that a tag of the target leads to.
func pulled(t *testing.T, url, image, tag string) digest.Digest {
	t.Helper()
	address := url + "/api/storage/docker-prod-local/" + image + "/" + tag + "/"
	for _, name := range []string{"manifest.json", "list.manifest.json"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth("reader", "password")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var info struct {
			Checksums struct {
				SHA256 string `json:"sha256"`
			} `json:"checksums"`
		}
		err = json.NewDecoder(answer.Body).Decode(&info)
		_ = answer.Body.Close()
		if err == nil && answer.StatusCode == http.StatusOK {
			return digest.Digest("sha256:" + info.Checksums.SHA256)
		}
	}
	t.Fatalf("nothing is at %s", address)
	return ""
}
