package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

const imageManifest = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}`

// host sends a request to a path of the host.
func (w *world) host(method, path string, headers ...string) answer {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	return w.send(request)
}

func TestRegistryToken(t *testing.T) {
	w := start(t, nil, "dev:img/1.0/manifest.json")
	for _, path := range []string{"/artifactory/api/docker/dev/v2", "/v2/dev"} {
		base, tokens := path, path+"/token"
		if path == "/v2/dev" {
			tokens = "/v2/token"
		}
		challenged := w.host(http.MethodGet, base+"/img/manifests/1.0")
		if challenged.status != 401 || !strings.Contains(challenged.header.Get("WWW-Authenticate"), `Bearer realm="`+w.url+tokens+`"`) {
			t.Errorf("6.3 GET without a token = %d %v", challenged.status, challenged.header)
		}
		token, _ := w.host(http.MethodGet, tokens, basic("reader", "reader")).decode(t)["token"].(string)
		if got := w.host(http.MethodGet, base+"/img/manifests/1.0", "Authorization: Bearer "+token); got.status != 200 {
			t.Errorf("6.3 GET %s with a token = %d %s, want 200", base, got.status, got.body)
		}
	}
}

func TestTokenOfAnonymousStaysAnonymous(t *testing.T) {
	w := start(t, func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"prod"}, Rights: access.Read}}
	}, "dev:img/1.0/manifest.json")
	token, _ := w.host(http.MethodGet, "/v2/token").decode(t)["token"].(string)
	if got := w.host(http.MethodGet, "/v2/dev/img/manifests/1.0", "Authorization: Bearer "+token); got.status != 401 {
		t.Errorf("6.4 anonymous token without rights = %d, want 401", got.status)
	}
}

func TestRegistryRepositories(t *testing.T) {
	for _, c := range []struct {
		name, path string
		status     int
	}{
		{"local", "/artifactory/api/docker/dev/v2/img/manifests/1.0", 200},
		{"9 virtual", "/artifactory/api/docker/docker/v2/img/manifests/1.0", 200},
		{"remote", "/artifactory/api/docker/hub/v2/lib/manifests/2.0", 200},
		{"cache", "/artifactory/api/docker/hub-cache/v2/lib/manifests/2.0", 200},
		{"generic", "/artifactory/api/docker/files/v2/img/manifests/1.0", 400},
		{"absent", "/artifactory/api/docker/none/v2/img/manifests/1.0", 400},
		{"5.1 wrong order", "/artifactory/api/docker/v2/dev/img/manifests/1.0", 400},
		{"not below v2", "/artifactory/api/docker/dev/v1/img", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, nil, "dev:img/1.0/manifest.json", "hub-cache:lib/2.0/manifest.json")
			got := w.host(http.MethodGet, c.path, basic("admin", "admin"))
			if got.status != c.status {
				t.Errorf("GET %s = %d %s, want %d", c.path, got.status, got.body, c.status)
			}
			if c.name == "5.1 wrong order" && got.body != envelope("400", "Unsupported docker repository request for 'v2'") {
				t.Errorf("5.1 wrong order = %s", got.body)
			}
		})
	}
}

func TestOpenSourceEditionHasNoRegistry(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.Edition = emulator.EditionOSS }, "dev:img/1.0/manifest.json")
	if got := w.host(http.MethodGet, "/v2/dev/img/manifests/1.0", basic("admin", "admin")); got.status != 400 {
		t.Errorf("0 GET = %d, want 400", got.status)
	}
}

func TestPushIsSeenByREST(t *testing.T) {
	w := start(t, nil)
	w.Tree().Put("dev", "img/_uploads/sha256__44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", []byte("{}"), "ci", nil)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, w.url+"/artifactory/api/docker/docker/v2/img/manifests/1.0", strings.NewReader(imageManifest))
	request.Header.Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
	request.SetBasicAuth("owner", "owner")
	if got := w.send(request); got.status != 201 {
		t.Fatalf("PUT = %d %s, want 201", got.status, got.body)
	}
	if got := w.as("reader", http.MethodGet, "/dev/img/1.0/manifest.json", ""); got.body != imageManifest {
		t.Errorf("9 download of what was pushed to the virtual repository = %d %s", got.status, got.body)
	}
}
