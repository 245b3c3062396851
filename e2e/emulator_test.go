//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// The repositories of every server.
const dev, prod = "docker-dev-local", "docker-prod-local"

// startEmulator runs an Artifactory whose user sigsync reads dev and writes prod. The tools are the user release, who may do everything.
func startEmulator(t *testing.T, referrers bool) *server {
	t.Helper()
	return startEmulatorFor(t, referrers, []access.Permission{
		{Repositories: []string{dev}, Rights: access.Read}, {Repositories: []string{prod}, Rights: access.Read | access.Deploy},
	})
}

// startEmulatorFor runs an Artifactory that grants the user sigsync just that.
func startEmulatorFor(t *testing.T, referrers bool, granted []access.Permission) *server {
	t.Helper()
	e, err := emulator.New(emulator.Options{
		Webhooks:     webhook.Options{AllowPrivate: true},
		Repositories: []emulator.Repository{{Key: dev, Referrers: referrers}, {Key: prod, Referrers: referrers}},
		Users: []access.User{
			{Name: "release", Password: "release-password", Permissions: []access.Permission{{Repositories: []string{dev, prod}, Rights: access.All}}},
			{Name: "sigsync", Tokens: []string{"sigsync-token"}, Permissions: granted},
			{Name: "admin", Password: "admin-password", Admin: true},
			// Writing over what is there takes the right to delete.
			{Name: "merger", Tokens: []string{"merger-token"}, Permissions: []access.Permission{
				{Repositories: []string{dev}, Rights: access.Read}, {Repositories: []string{prod}, Rights: access.Read | access.Deploy | access.Delete},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(e)
	t.Cleanup(s.Close)
	t.Cleanup(e.Close)
	host := strings.TrimPrefix(s.URL, "http://")
	return &server{
		url: s.URL + "/artifactory", host: host, settings: "auth: {token_file: token}", referrers: referrers, traffic: emulated{e},
		login:   func(d *desk) { d.login(host) },
		promote: func(t *testing.T, image, tag string) { promote(t, s.URL, image, tag) },
	}
}

// promote promotes one tag through the REST API.
func promote(t *testing.T, url, image, tag string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"targetRepo": prod, "dockerRepository": image, "tag": tag, "copy": true})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/artifactory/api/docker/"+dev+"/v2/promote", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("release", "release-password")
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("promote %s:%s: %s", image, tag, answer.Status)
	}
}

// emulated is the access log of an emulator.
type emulated struct{ *emulator.Server }

// startTLS has the same Artifactory answer over TLS too, with a certificate that its own authority signed, and returns the URL
// and the authority's certificate in PEM.
func (e emulated) startTLS(t *testing.T) (url, authority string) {
	t.Helper()
	s := httptest.NewUnstartedServer(e.Server)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it says so itself
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}

func (e emulated) writes() []request {
	var requests []request
	for _, entry := range e.Log() {
		if entry.Writes {
			requests = append(requests, request{entry.Method, entry.Path, entry.Query})
		}
	}
	return requests
}

func (e emulated) forget() { e.ResetLog() }
