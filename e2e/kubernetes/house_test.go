//go:build k8s

package kubernetes_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// The repositories of every server, and the credentials that pods have for it.
const dev, prod, token = "docker-dev-local", "docker-prod-local", "sigsync-token"

// credentials is the name of the Secret with the token.
const credentials = "artifactory"

// house is an emulated Artifactory, and a namespace in which the chart is installed to work on it. The namespace takes only what
// Pod Security's level "restricted" lets in.
type house struct {
	t         *testing.T
	namespace string
	// dir is where files of the test are.
	dir string
	// url is Artifactory's address as pods reach it.
	url      string
	emulator *emulator.Server
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

func newHouse(t *testing.T) *house {
	t.Helper()
	e, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: dev}, {Key: prod}},
		Users: []access.User{{Name: "sigsync", Tokens: []string{token}, Permissions: []access.Permission{
			{Repositories: []string{dev}, Rights: access.Read}, {Repositories: []string{prod}, Rights: access.Read | access.Deploy},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	h := &house{t: t, namespace: strings.Trim(notInNames.ReplaceAllString(strings.ToLower(t.Name()), "-"), "-"), dir: t.TempDir(), emulator: e}
	h.url = serve(t, e) + "/artifactory"
	h.create("/api/v1/namespaces", object{"kind": "Namespace", "metadata": map[string]any{
		"name": h.namespace, "labels": map[string]any{
			"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted",
		},
	}})
	h.create(h.path("v1", "secrets"), object{
		"kind": "Secret", "metadata": map[string]any{"name": credentials}, "stringData": map[string]any{"token": token + "\n"},
	})
	return h
}

// serve serves where pods reach it, and nobody else does, and returns the address.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	listener, err := net.Listen("tcp", nodeAddress+":0")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(handler)
	_ = s.Listener.Close()
	s.Listener = listener
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// promoted puts an image into both repositories as a promotion leaves it: its signature is missing at the target. It returns the
// path of the signature's tag.
func (h *house) promoted(image string) string {
	store := h.emulator.Tree()
	pushed := seed.Push(store, dev, image, "1.0", image)
	seed.Sign(store, dev, image, pushed.Digest, "alice")
	seed.Promote(store, dev, image, "1.0", prod, image, "1.0")
	return image + "/manifests/" + strings.Replace(pushed.Digest, ":", "-", 1) + ".sig"
}

// holds asks the target for a signature as cosign does.
func (h *house) holds(signature string) bool {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+"/api/docker/"+prod+"/v2/"+signature, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusNotFound:
		return false
	default:
		h.t.Fatalf("GET %s at the target: %s", signature, answer.Status)
		return false
	}
}

// values writes a file of values with the server's address, and more of them, and returns its name.
func (h *house) values(more string) string {
	h.t.Helper()
	text := "credentials: {existingSecret: " + credentials + "}\nconfig:\n  servers: {main: {url: \"" + h.url + "\"}}\n"
	name := filepath.Join(h.t.TempDir(), "values.yaml")
	if err := os.WriteFile(name, []byte(text+more), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return name
}

// path is where the objects of the namespace are, of a group and version such as v1 or batch/v1.
func (h *house) path(version, resource string) string {
	if !strings.Contains(version, "/") {
		return "/api/" + version + "/namespaces/" + h.namespace + "/" + resource
	}
	return "/apis/" + version + "/namespaces/" + h.namespace + "/" + resource
}

func (h *house) create(path string, o object) {
	h.t.Helper()
	if err := cluster.admin.create(h.t.Context(), path, o); err != nil {
		h.t.Fatal(err)
	}
}
