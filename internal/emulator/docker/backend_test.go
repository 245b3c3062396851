package docker_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// backend is a server of two local repositories, dev and prod, and a virtual one, all.
type backend struct {
	store           *tree.Store
	users           map[string]access.User
	anonymous, hide bool
	excluded        string // a pattern of refused paths
	referrers       map[string]bool
}

func newBackend() *backend {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := tree.New(func() time.Time { return at })
	s.AddRepository("dev")
	s.AddRepository("prod")
	return &backend{store: s, users: map[string]access.User{
		"admin":  {Name: "admin", Admin: true},
		"reader": {Name: "reader", Permissions: []access.Permission{{Repositories: []string{"dev"}, Rights: access.Read}}},
		"pusher": {Name: "pusher", Permissions: []access.Permission{{Repositories: []string{"dev", "prod"}, Rights: access.Read | access.Deploy}}},
		"":       {Name: "anonymous", Permissions: []access.Permission{{Repositories: []string{"prod"}, Rights: access.Read}}},
	}}
}

func (b *backend) Tree() *tree.Store { return b.store }

func (b *backend) Authenticate(r *http.Request) (access.User, bool, error) {
	name, _, basic := r.BasicAuth()
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer token-of-"); ok {
		name, basic = token, true
	}
	if key := r.Header.Get("X-JFrog-Art-Api"); key != "" {
		name, basic = key, true
	}
	user, ok := b.users[name]
	if basic && (name == "" || !ok) {
		return access.User{}, false, errors.New("Bad Credentials")
	}
	return user, !basic, nil
}

func (b *backend) AnonymousAllowed() bool             { return b.anonymous }
func (b *backend) IssueToken(user access.User) string { return "token-of-" + user.Name }
func (b *backend) HideUnauthorized() bool             { return b.hide }
func (b *backend) BaseURL(r *http.Request) string     { return "http://" + r.Host + "/artifactory" }
func (b *backend) Referrers(key string) bool          { return b.referrers[key] }
func (b *backend) PathAllowed(_, file string) bool {
	refused, _ := path.Match(b.excluded, file)
	return !refused
}

func (b *backend) Resolve(key string) ([]string, string, bool, bool) {
	switch key {
	case "dev", "prod":
		return []string{key}, key, false, true
	case "all":
		return []string{"dev", "prod"}, "prod", true, true
	case "readonly":
		return []string{"dev"}, "", true, true
	}
	return nil, "", false, false
}

// serve starts the API below both of its URL forms.
func serve(t *testing.T, b *backend, o docker.Options) *httptest.Server {
	t.Helper()
	api := docker.New(b, o)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.Path, "/artifactory/api/docker/"); ok {
			repo, rest, _ := strings.Cut(rest, "/v2/")
			api.ServeRepository(w, r, repo, rest, false)
			return
		}
		rest := strings.TrimPrefix(r.URL.Path, "/v2/")
		if repo, below, ok := strings.Cut(rest, "/"); ok {
			api.ServeRepository(w, r, repo, below, true)
			return
		}
		api.ServeRoot(w, r, rest)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// request is one request: "METHOD path", who sends it, what it carries.
type request struct {
	line, user, body string
	header           map[string]string
}

// answer is what of a response a test looks at.
type answer struct {
	status int
	body   string
	header http.Header
}

func send(t *testing.T, srv *httptest.Server, q request) answer {
	t.Helper()
	method, target, _ := strings.Cut(q.line, " ")
	if !strings.HasPrefix(target, "http") {
		target = srv.URL + target
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(q.body))
	if err != nil {
		t.Fatal(err)
	}
	if q.user != "" {
		r.SetBasicAuth(q.user, "secret")
	}
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, string(body), res.Header}
}
