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
