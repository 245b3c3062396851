package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

const subscriptionsURL = "/event/api/v1/subscriptions"

// event sends a request to the Event service, at the root of the host.
func (w *world) event(user, method, path, body string) answer {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if user != "" {
		request.SetBasicAuth(user, user)
	}
	return w.send(request)
}

// subscriptionTo is a subscription the way Terraform's provider sends it.
func subscriptionTo(key, url string) string {
	return `{"key":"` + key + `","description":"d","enabled":true,"event_filter":{"domain":"docker","event_types":["pushed"],` +
		`"criteria":{"anyLocal":false,"anyRemote":false,"repoKeys":["dev"],"includePatterns":["team/**"],"excludePatterns":[]}},` +
		`"handlers":[{"handler_type":"webhook","url":"` + url + `","secret":"s3cret","use_secret_for_signing":true,"proxy":"p",` +
		`"custom_http_headers":[{"name":"X-A","value":"b"}]}]}`
}

// TestSubscriptions holds artifactory 8: the API of webhooks, outside the
// context path. Its statuses are second-hand.
func TestSubscriptions(t *testing.T) {
	h := receiveHooks(t)
	w := start(t, func(o *emulator.Options) { o.Webhooks.AllowPrivate = true })
	t.Cleanup(w.Close)
	want := strings.Replace(subscriptionTo("a", h.URL), `"secret":"s3cret",`, "", 1)
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "", "", 200, "[]"},
		{"POST", "", subscriptionTo("a", h.URL), 201, want},
		{"POST", "", subscriptionTo("a", h.URL), 400, `{"errors":[{"status":400,"message":"subscription \"a\": there is a subscription of that key"}]}`},
		{"GET", "", "", 200, "[" + want + "]"},
		{"GET", "/a", "", 200, want},
		{"GET", "/b", "", 404, `{"errors":[{"status":404,"message":"Subscription not found"}]}`},
		{"PUT", "/b", subscriptionTo("a", h.URL), 404, `{"errors":[{"status":404,"message":"Subscription not found"}]}`},
		{"PUT", "/a", want, 204, ""},
		{"POST", "", "{", 400, ""},
		{"POST", "", strings.Repeat(" ", 1<<20) + "{}", 400, ""},
		{"POST", "", `{"key":"b"}`, 400, `{"errors":[{"status":400,"message":"subscription \"b\": domain \"\" is not emulated"}]}`},
		{"PATCH", "/a", "", 405, ""},
		{"PUT", "", "", 405, ""},
	} {
		got := w.event("admin", step.method, subscriptionsURL+step.path, step.body)
		if got.status != step.status || step.want != "" && cmp.Diff(compact(t, step.want), compact(t, got.body)) != "" {
			t.Errorf("%s %s = %d %s, want %d %s", step.method, step.path, got.status, got.body, step.status, step.want)
		}
		if strings.Contains(got.body, "s3cret") {
			t.Errorf("%s %s shows the secret", step.method, step.path)
		}
	}
	w.put("dev", "1.0", imageManifest)
	w.put("prod", "1.0", imageManifest)
	if got := h.take(w); len(got) != 1 {
		t.Errorf("events = %v, want that of dev", got)
	}
	if got := w.event("admin", "DELETE", subscriptionsURL+"/a", ""); got.status != 204 {
		t.Errorf("DELETE = %d %s, want 204", got.status, got.body)
	}
	if got := w.event("admin", "DELETE", subscriptionsURL+"/a", ""); got.status != 404 {
		t.Errorf("DELETE again = %d %s, want 404", got.status, got.body)
	}
	w.put("dev", "2.0", imageManifest)
	if got := h.take(w); len(got) != 0 {
		t.Errorf("events without a subscription = %v, want none", got)
	}
}

// compact is JSON without layout.
func compact(t *testing.T, text string) any {
	t.Helper()
	var v any
	if text != "" && json.Unmarshal([]byte(text), &v) != nil {
		t.Fatalf("not JSON: %s", text)
	}
	return v
}

func TestSubscriptionsAreForAdmins(t *testing.T) {
	for _, c := range []struct {
		user      string
		anonymous bool
		status    int
	}{{"admin", false, 200}, {"owner", false, 403}, {"nobody", false, 401}, {"", false, 401}, {"", true, 403}} {
		w := start(t, func(o *emulator.Options) {
			if c.anonymous {
				o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.All}}
			}
		})
		if got := w.event(c.user, "GET", subscriptionsURL, ""); got.status != c.status {
			t.Errorf("GET as %q, anonymous access %v = %d, want %d", c.user, c.anonymous, got.status, c.status)
		}
		for _, e := range w.Log() {
			if e.Operation != "subscriptions" || e.Writes {
				t.Errorf("logged as %+v, want subscriptions, not a write", e)
			}
		}
	}
	w := start(t, nil)
	if got := w.as("admin", "GET", subscriptionsURL, ""); got.status != 404 {
		t.Errorf("GET below the context path = %d, want 404", got.status)
	}
	w.event("admin", "POST", subscriptionsURL, "{}")
	if last := w.Log()[1]; last.Writes {
		t.Errorf("POST is logged as %+v, want not a write", last)
	}
}
