package emulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
)

func TestOperations(t *testing.T) {
	w := start(t, nil)
	for _, c := range []struct {
		method, path, operation string
		writes                  bool
	}{
		{"POST", "/artifactory/api/search/aql", "aql", false},
		{"GET", "/artifactory/api/search/checksum", "search", false},
		{"GET", "/artifactory/api/storage/dev/f", "storage", false},
		{"PUT", "/artifactory/api/storage/dev/f?properties=a=b", "storage", true},
		{"POST", "/artifactory/api/copy/dev/f?to=/prod/f", "copy", true},
		{"POST", "/artifactory/api/copy/dev/f?to=/prod/f&dry=0", "copy", true},
		{"POST", "/artifactory/api/copy/dev/f?to=/prod/f&dry=1", "copy", false},
		{"POST", "/artifactory/api/docker/dev/v2/promote", "promote", true},
		{"GET", "/artifactory/api/repositories/dev", "repositories", false},
		{"GET", "/artifactory/api/system/ping", "ping", false},
		{"GET", "/artifactory/api/system/version", "version", false},
		{"GET", "/artifactory/api/system/license", "license", false},
		{"GET", "/artifactory/api/system/none", "other", false},
		{"GET", "/artifactory/api/none", "other", false},
		{"GET", "/artifactory/dev/f", "download", false},
		{"HEAD", "/artifactory/dev/f", "download", false},
		{"PUT", "/artifactory/dev/f", "upload", true},
		{"DELETE", "/artifactory/dev/f", "delete", true},
		{"PATCH", "/artifactory/dev/f", "other", true},
		{"GET", "/artifactory/api/docker/dev/v2/img/manifests/1.0", "manifest", false},
		{"PUT", "/v2/dev/img/manifests/1.0", "manifest", true},
		{"GET", "/v2/dev/img/blobs/sha256:ab", "blob", false},
		{"POST", "/v2/dev/img/blobs/uploads/", "blob", true},
		{"GET", "/artifactory/api/docker/dev/v2/img/tags/list", "tags", false},
		{"GET", "/artifactory/api/docker/dev/v2/_catalog", "catalog", false},
		{"GET", "/artifactory/api/docker/dev/v2/img/referrers/sha256:ab", "referrers", false},
		{"GET", "/artifactory/api/docker/dev/v2/token", "token", false},
		{"POST", "/v2/token", "token", false},
		{"GET", "/v2/", "other", false},
		{"GET", "/elsewhere", "other", false},
	} {
		w.ResetLog()
		w.host(c.method, c.path)
		got := w.Log()
		if len(got) != 1 || got[0].Operation != c.operation || got[0].Writes != c.writes || w.Counts()[c.operation] != 1 {
			t.Errorf("%s %s: log %+v, want operation %q, writes %v", c.method, c.path, got, c.operation, c.writes)
		}
	}
}

func TestAccessLog(t *testing.T) {
	w := start(t, nil, "dev:a b")
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		if r.URL.RawQuery != "reset" {
			return nil
		}
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	})
	w.as("reader", http.MethodGet, "/dev/a%20b?x=1", "")
	w.as("reader", http.MethodGet, "/prod/f", "")
	w.as("", http.MethodGet, "/api/system/ping", "")
	w.as("", http.MethodGet, "/dev/a", "", basic("reader", "wrong"))
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/artifactory/dev/a?reset", nil)
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Error("the reset request was answered")
	}
	get := func(path, query, operation, user string, status int) emulator.Entry {
		return emulator.Entry{Time: monday(), Method: "GET", Path: path, Query: query, Operation: operation, User: user, Status: status}
	}
	want := []emulator.Entry{
		get("/artifactory/dev/a b", "x=1", "download", "reader", 200),
		get("/artifactory/prod/f", "", "download", "reader", 404),
		get("/artifactory/api/system/ping", "", "ping", "anonymous", 200),
		get("/artifactory/dev/a", "", "download", "", 401),
		{Time: monday(), Method: "POST", Path: "/artifactory/dev/a", Query: "reset", Operation: "other", User: "anonymous", Writes: true},
	}
	if diff := cmp.Diff(want, w.Log()); diff != "" {
		t.Errorf("Log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"download": 3, "ping": 1, "other": 1}, w.Counts()); diff != "" {
		t.Errorf("Counts (-want +got):\n%s", diff)
	}
	w.ResetLog()
	if len(w.Log()) != 0 || len(w.Counts()) != 0 {
		t.Errorf("after ResetLog: %v, %v", w.Log(), w.Counts())
	}
}

func TestRecorderLetsConnectionsThrough(t *testing.T) {
	w := start(t, nil)
	w.SetIntercept(func(*http.Request, string) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(rw).Flush(); err != nil {
				t.Errorf("Flush: %v", err)
			}
		})
	})
	got := w.host(http.MethodGet, "/artifactory/x")
	if got.status != 200 || w.Log()[0].Status != 200 {
		t.Errorf("flushed answer = %d and %d in the log, want 200", got.status, w.Log()[0].Status)
	}
}

func TestAnswerWithoutAWord(t *testing.T) {
	w := start(t, nil)
	w.SetIntercept(func(*http.Request, string) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	})
	if got := w.host(http.MethodGet, "/artifactory/x"); got.status != 200 || w.Log()[0].Status != 200 {
		t.Errorf("answer = %d and %d in the log, want 200", got.status, w.Log()[0].Status)
	}
}

func TestObserve(t *testing.T) {
	seen := make(chan emulator.Entry, 1)
	w := start(t, func(o *emulator.Options) { o.Observe = func(e emulator.Entry) { seen <- e } })
	w.as("admin", http.MethodGet, "/api/system/ping", "")
	if got := <-seen; got.Operation != "ping" || got.Status != 200 {
		t.Errorf("observed %+v, want the ping", got)
	}
}
