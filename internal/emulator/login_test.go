package emulator_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

// try asks for the version with headers of its own.
func (w *world) try(headers ...string) answer {
	w.t.Helper()
	return w.as("", http.MethodGet, "/api/system/version", "", headers...)
}

// basic is a Basic header, written by the standard library.
func basic(name, password string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(name, password)
	return "Authorization: " + r.Header.Get("Authorization")
}

func TestLogin(t *testing.T) {
	for _, c := range []struct {
		name, header string
		status       int
		message      string
	}{
		{"6.1 password", basic("admin", "admin"), 200, ""},
		{"6.1 token as password", basic("admin", "admin-token"), 200, ""},
		{"6.1 API key as password", basic("admin", "AKCp8admin"), 200, ""},
		{"6.1 bearer token", "Authorization: Bearer admin-token", 200, ""},
		{"6.1 API key", "X-JFrog-Art-Api: AKCp8admin", 200, ""},
		{"6.1 token as API key", "X-JFrog-Art-Api: admin-token", 200, ""},
		{"6.1 token of somebody else", basic("reader", "admin-token"), 401, "Bad Credentials"},
		{"6.4 wrong password", basic("admin", "x"), 401, "Bad Credentials"},
		{"6.4 empty password", basic("admin", ""), 401, "Bad Credentials"},
		{"6.4 unknown user", basic("x", "x"), 401, "Bad Credentials"},
		{"6.4 unknown token", "Authorization: Bearer x", 401, "Props Authentication Token not found"},
		{"6.1 API key as bearer token", "Authorization: Bearer AKCp8admin", 401, "Props Authentication Token not found"},
		{"6.4 unknown API key is 403", "X-JFrog-Art-Api: x", 403, "Bad Credentials"},
		{"other scheme", "Authorization: Digest x", 401, "Bad Credentials"},
		{"6.4 nothing", "", 401, "Authentication is required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := start(t, nil).try(c.header)
			if got.status != c.status {
				t.Fatalf("status = %d, want %d: %s", got.status, c.status, got.body)
			}
			if c.status == 200 {
				return
			}
			body := envelope(strconv.Itoa(c.status), c.message)
			if got.body != body || got.header.Get("WWW-Authenticate") != `Basic realm="Artifactory Realm"` {
				t.Errorf("answer = %s, challenge %q, want %s", got.body, got.header.Get("WWW-Authenticate"), body)
			}
		})
	}
}

func TestExpiredToken(t *testing.T) {
	w := start(t, nil)
	w.ExpireToken("admin-token")
	want := envelope("401", "Token failed verification: expired")
	for _, header := range []string{"Authorization: Bearer admin-token", basic("admin", "admin-token")} {
		if got := w.try(header); got.status != 401 || got.body != want {
			t.Errorf("6.4 expired token = %d %s, want %s", got.status, got.body, want)
		}
	}
}

func TestBadLoginsLockTheUser(t *testing.T) {
	w := start(t, nil)
	for range 4 {
		w.try(basic("admin", "x"))
	}
	if got := w.try(basic("admin", "admin")); got.status != 200 {
		t.Fatalf("after four bad logins = %d, want 200", got.status)
	}
	for range 5 {
		w.try(basic("admin", "x"))
	}
	got := w.try(basic("admin", "admin"))
	if got.status != 403 || got.body != envelope("403", "This request is locked due to recurrent log on errors") {
		t.Errorf("6.4 after five bad logins = %d %s, want 403", got.status, got.body)
	}
	if got := w.try(basic("owner", "owner")); got.status != 200 {
		t.Errorf("somebody else = %d, want 200", got.status)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/artifactory/api/docker/dev/v2/", nil)
	request.SetBasicAuth("admin", "admin")
	if got := w.send(request); got.status != 403 {
		t.Errorf("6.4 registry after five bad logins = %d, want 403", got.status)
	}
}

func TestAnonymousAccess(t *testing.T) {
	w := start(t, func(o *emulator.Options) {
		o.Anonymous = []access.Permission{{Repositories: []string{"prod"}, Rights: access.Read}}
	}, "dev:f", "prod:f")
	for path, want := range map[string]int{"/api/storage/prod/f": 200, "/api/storage/dev/f": 401, "/prod/f": 200, "/dev/f": 401} {
		if got := w.as("", http.MethodGet, path, ""); got.status != want {
			t.Errorf("6.4 anonymous GET %s = %d, want %d", path, got.status, want)
		}
	}
}

func TestRightsOnARemoteCoverItsCache(t *testing.T) {
	w := start(t, func(o *emulator.Options) {
		o.Users[1].Permissions[0].Repositories = []string{"hub", "dev"}
		o.Repositories = append(o.Repositories, emulator.Repository{Key: "dev-cache"})
	}, "hub-cache:f", "dev-cache:f")
	for _, path := range []string{"/api/storage/hub/f", "/api/storage/hub-cache/f", "/hub/f"} {
		if got := w.as("reader", http.MethodGet, path, ""); got.status != 200 {
			t.Errorf("GET %s = %d %s, want 200", path, got.status, got.body)
		}
	}
	if got := w.as("reader", http.MethodGet, "/dev-cache/f", ""); got.status != 403 {
		t.Errorf("GET of a local repository with such a name = %d, want 403", got.status)
	}
}
