package inspect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/oci"
)

func TestParseReference(t *testing.T) {
	digest := oci.FromBytes([]byte("image"))
	for text, want := range map[string]inspect.Reference{
		"app":                                  {Image: "app"},
		"team/app":                             {Image: "team/app"},
		"team/app:1.0":                         {Image: "team/app", Tag: "1.0"},
		"Team/my_app.x-y:v1_0":                 {Image: "Team/my_app.x-y", Tag: "v1_0"},
		"team/app@" + digest.String():          {Image: "team/app", Digest: digest},
		"team/app:1.0@" + digest.String():      {Image: "team/app", Digest: digest},
		"team/app:" + strings.Repeat("x", 128): {Image: "team/app", Tag: strings.Repeat("x", 128)},
	} {
		got, err := inspect.ParseReference(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("ParseReference(%s) = %v, %v (-want +got):\n%s", text, got, err, diff)
		}
		again, err := inspect.ParseReference(got.String())
		if again != got || err != nil {
			t.Errorf("ParseReference(%s) = %v, %v, want %v again", got, again, err, got)
		}
	}
	for _, text := range []string{
		"", "/app", "app/", "team//app", ":1.0", "@" + digest.String(), "team/app:", "team/app:-x", "team/app@", "team/app@sha256:abc",
		"team/app@sha512:" + digest.Hex(), "host:8082/team/app", "host:8082/team/app:1.0", "team/../app", "team/*", "team/app:1.0:2", "team/a b",
		"team/app\n", "team/\x1b[31m", "team/app:" + strings.Repeat("x", 129), strings.Repeat("x", 1025),
		"team/app:sha256-" + digest.Hex() + ".sig", "team/app:sha256-" + digest.Hex(),
	} {
		if got, err := inspect.ParseReference(text); err == nil {
			t.Errorf("ParseReference(%.40q) = %v, want an error", text, got)
		}
	}
}

func TestAddressOf(t *testing.T) {
	for server, want := range map[string]inspect.Address{
		"https://acme.jfrog.io/artifactory":  {Host: "acme.jfrog.io"},
		"https://acme.test:8443/artifactory": {Host: "acme.test:8443"},
		"http://acme.test":                   {Host: "acme.test", HTTP: true},
		"http://127.0.0.1:5000":              {Host: "127.0.0.1:5000", HTTP: true, Local: true},
		"http://[::1]:5000":                  {Host: "[::1]:5000", HTTP: true, Local: true},
		"http://localhost:5000":              {Host: "localhost:5000", HTTP: true, Local: true},
		"http://localhost.evil.test":         {Host: "localhost.evil.test", HTTP: true},
	} {
		if got := inspect.AddressOf(server); got != want {
			t.Errorf("AddressOf(%s) = %+v, want %+v", server, got, want)
		}
	}
}

// Whoever looks at a cluster has references with host and repository.
func TestInside(t *testing.T) {
	acme, local := inspect.AddressOf("https://acme.test/artifactory"), inspect.AddressOf("http://127.0.0.1:5000")
	homes := []inspect.Home{{acme, "docker-dev"}, {acme, "docker-prod"}, {local, "copies"}, {local, "copies/eu"}, {inspect.AddressOf("https://whole.test"), ""}}
	for reference, want := range map[string]string{
		"team/app:1.0":                         "team/app:1.0",
		"acme.test/docker-prod/team/app:1.0":   "team/app:1.0",
		"acme.test/docker-prod/app@sha256:abc": "app@sha256:abc",
		"docker-prod.acme.test/team/app:1.0":   "team/app:1.0",
		"127.0.0.1:5000/copies/eu/team/app":    "team/app",
		"127.0.0.1:5000/copies/us/team/app":    "us/team/app",
		"whole.test/team/app":                  "team/app",
		"other.test/docker-prod/team/app":      "other.test/docker-prod/team/app",
		"docker-prod/team/app":                 "docker-prod/team/app",
		"acme.test.evil.test/docker-prod/app":  "acme.test.evil.test/docker-prod/app",
		"docker-other.acme.test/team/app":      "docker-other.acme.test/team/app",
		"":                                     "",
	} {
		if got, err := inspect.Inside(reference, homes); got != want || err != nil {
			t.Errorf("Inside(%s) = %q, %v, want %q", reference, got, err, want)
		}
	}
	for _, reference := range []string{"acme.test/docker-other/team/app", "acme.test/docker-prod", "acme.test/", "127.0.0.1:5000/team/app"} {
		if got, err := inspect.Inside(reference, homes); err == nil || !strings.Contains(err.Error(), "name the image alone") {
			t.Errorf("Inside(%s) = %q, %v, want an error that says how to go on", reference, got, err)
		}
	}
	if got, err := inspect.Inside("/team/app", []inspect.Home{{}}); got != "/team/app" || err != nil {
		t.Errorf("Inside of no host = %q, %v, want it as it is", got, err)
	}
}
