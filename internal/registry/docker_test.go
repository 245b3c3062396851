package registry_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/registry"
)

// dockerConfig writes Docker's configuration for a registry.
func dockerConfig(t *testing.T, folder, config string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

func auths(url, login string) string {
	return fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, strings.TrimPrefix(url, "http://"), base64.StdEncoding.EncodeToString([]byte(login)))
}

func TestDockerConfiguration(t *testing.T) {
	g := &guarded{}
	url := serve(t, g)
	c := client(t, registry.Options{URL: url})
	folder := os.Getenv("DOCKER_CONFIG") // client made it
	for _, step := range []struct {
		name, config string
		want         error
		wrong        int32
	}{
		{"wrong", auths(url, "user:wrong"), oci.ErrUnauthorized, 1},
		{"wrong still", auths(url, "user:wrong"), oci.ErrUnauthorized, 1},
		{"right", auths(url, userPassword), nil, 1},
	} {
		dockerConfig(t, folder, step.config)
		if _, _, err := c.Referrers(t.Context(), app("dev"), pushed().Digest); step.want == nil && err != nil {
			t.Errorf("Referrers with a configuration that is %s = %v", step.name, err)
		}
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, step.want) || (err == nil) != (step.want == nil) {
			t.Errorf("Manifest with a configuration that is %s = %v, want %v", step.name, err, step.want)
		}
	}
	dockerConfig(t, folder, "{")
	open := answering(t, manifestAnswer())
	dockerConfig(t, os.Getenv("DOCKER_CONFIG"), "{")
	if _, err := open.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Errorf("Manifest of a registry that asks for no login, with a configuration that cannot be read = %v", err)
	}
	closed := client(t, registry.Options{URL: url})
	dockerConfig(t, os.Getenv("DOCKER_CONFIG"), "{")
	if _, err := closed.Manifest(t.Context(), app("dev").In("1.0")); err == nil || !strings.HasPrefix(err.Error(), "manifest: ") || errors.Is(err, oci.ErrUnavailable) {
		t.Errorf("Manifest of a registry that asks for a login, with a configuration that cannot be read = %v", err)
	}
}

// A helper is a program of its own: it is not run for every request.
func TestCredentialHelper(t *testing.T) {
	g := &guarded{}
	url := serve(t, g)
	c := client(t, registry.Options{URL: url})
	folder := t.TempDir()
	runs := filepath.Join(folder, "runs")
	helper := "#!/bin/sh\necho run >> '" + runs + "'\necho '{\"Username\":\"user\",\"Secret\":\"password\"}'\n"
	if err := os.WriteFile(filepath.Join(folder, "docker-credential-sigsynctest"), []byte(helper), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	dockerConfig(t, os.Getenv("DOCKER_CONFIG"), fmt.Sprintf(`{"credHelpers":{%q:"sigsynctest"}}`, strings.TrimPrefix(url, "http://")))
	for range 5 {
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
			t.Errorf("Manifest = %v", err)
		}
	}
	if ran, err := os.ReadFile(runs); err != nil || strings.Count(string(ran), "run") != 2 {
		t.Errorf("the helper ran %d times, %v, want twice", strings.Count(string(ran), "run"), err)
	}
}
