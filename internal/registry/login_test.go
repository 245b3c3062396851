package registry_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
)

// guarded is a registry that gives out tokens to one user. It challenges
// everything with Bearer, but referrers with Basic, as Artifactory does.
type guarded struct {
	realm   string // "" is its own
	problem string // of a token that is shown, "" for none

	deny          atomic.Bool // no token is good enough
	logins, wrong atomic.Int32
}

const userPassword = "user:password"

func (g *guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	known, sent := user+":"+password == userPassword, r.Header.Get("Authorization")
	switch {
	case strings.HasSuffix(r.URL.Path, "/token"):
		g.logins.Add(1)
		if !known && sent != "" {
			g.wrong.Add(1)
			answer(401, "application/json", `{"errors":[{"code":"UNAUTHORIZED","message":"wrong password"}]}`)(w, r)
			return
		}
		answer(200, "application/json", `{"token":"granted-token"}`)(w, r)
	case strings.Contains(r.URL.Path, "/referrers/"):
		if !known {
			with(status(401), "WWW-Authenticate", `Basic realm="Artifactory Realm"`)(w, r)
			return
		}
		page()(w, r)
	case sent == "Bearer granted-token" && !g.deny.Load():
		manifestAnswer()(w, r)
	default:
		if sent != "" && !strings.HasPrefix(sent, "Bearer ") && !known {
			g.wrong.Add(1)
		}
		realm := g.realm
		if realm == "" {
			realm = "http://" + r.Host + "/token"
		}
		with(answer(401, "application/json", `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`),
			"WWW-Authenticate", `Bearer realm="`+realm+`",service="s",scope="repository:team/app:pull"`+g.problem)(w, r)
	}
}

func literal(user, password string) registry.Credentials {
	return registry.Credentials{Username: user, Password: outbound.Literal(password)}
}

// ways are the two kinds of clients with a user and a password.
func ways(url, password string) map[string]registry.Options {
	return map[string]registry.Options{
		"registry":    {URL: url, Credentials: literal("user", password)},
		"artifactory": {URL: url, Artifactory: true, Authorize: outbound.Basic("user", outbound.Literal(password))},
	}
}

func TestTokensAreFetchedOnce(t *testing.T) {
	for way, first := range map[string]map[string]int{
		"registry": {"manifest": 2, "token": 1, "referrers": 2}, "artifactory": {"manifest": 2, "token": 1, "referrers": 1},
	} {
		t.Run(way, func(t *testing.T) {
			g := &guarded{}
			c := client(t, ways(serve(t, g), "password")[way])
			call := func() {
				t.Helper()
				if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
					t.Errorf("Manifest = %v", err)
				}
				if _, supported, err := c.Referrers(t.Context(), app("dev"), pushed().Digest); err != nil || !supported {
					t.Errorf("Referrers = %t, %v", supported, err)
				}
			}
			call()
			if diff := cmp.Diff(first, c.Requests().ByOperation); diff != "" {
				t.Errorf("requests of the login (-want +got):\n%s", diff)
			}
			before := c.Requests()
			for range 3 {
				call()
			}
			if n := c.Requests().Total - before.Total; n != 6 || c.Requests().Retries != 0 {
				t.Errorf("6 calls after the login took %d requests and %d retries, want 6 and none", n, c.Requests().Retries)
			}
		})
	}
}

func TestCredentialsThatCannotBeRead(t *testing.T) {
	missing := outbound.FromFile(filepath.Join(t.TempDir(), "missing"))
	for name, o := range map[string]registry.Options{
		"password":     {Credentials: registry.Credentials{Username: "user", Password: missing}},
		"no password":  {Credentials: registry.Credentials{Username: "user"}},
		"token":        {Credentials: registry.Credentials{Token: missing}},
		"authorizer's": {Artifactory: true, Authorize: outbound.Basic("user", missing)},
	} {
		o.URL = serve(t, manifestAnswer())
		c := client(t, o)
		_, err := c.Manifest(t.Context(), app("dev").In("1.0"))
		if err == nil || !strings.HasPrefix(err.Error(), "manifest: read credentials: ") || c.Requests().Total != 0 {
			t.Errorf("Manifest with a %s that cannot be read = %v after %v, want an error and no request", name, err, c.Requests())
		}
	}
}

// Five bad logins lock an account: many requests at once must not be five.
func TestWrongCredentialsAreSentOnce(t *testing.T) {
	for way := range ways("", "") {
		t.Run(way, func(t *testing.T) {
			g := &guarded{}
			o := ways(serve(t, g), "wrong")[way]
			o.Retry.Attempts = 3
			c := client(t, o)
			var all sync.WaitGroup
			for n := range 20 {
				all.Go(func() {
					_, err := c.Manifest(t.Context(), app(fmt.Sprint("repo", n)).In("1.0"))
					e, ok := errors.AsType[*outbound.Error](err)
					if !ok || !errors.Is(err, oci.ErrUnauthorized) || e.Status != http.StatusUnauthorized || e.Reason() != "wrong password" {
						t.Errorf("Manifest = %v, want the refusal of the credentials", err)
					}
				})
			}
			all.Wait()
			wrong := map[string]int32{"registry": 1, "artifactory": 2}[way] // at once, and for a token
			if g.logins.Load() != 1 || g.wrong.Load() != wrong || c.Requests().Total > 3 {
				t.Errorf("%d logins, %d with wrong credentials, in %d requests, want one", g.logins.Load(), g.wrong.Load(), c.Requests().Total)
			}
		})
	}
}

func TestArtifactoryIsNotAskedFirst(t *testing.T) {
	w := anArtifactory(emulator.Options{})(t)
	i := newImage(app("dev"), "x", nil)
	push(t, client(t, w), i, "1.0")
	for _, c := range []struct {
		name string
		by   outbound.Authorizer
		want error
		sent int
	}{
		{"password", outbound.Basic("admin", outbound.Literal("admin")), nil, 1},
		{"token as the password", outbound.Basic("admin", outbound.Literal("admin-token")), nil, 1},
		{"token", outbound.Bearer(outbound.Literal("admin-token")), nil, 1},
		{"API key", outbound.APIKey(outbound.Literal("AKCp8admin")), nil, 1},
		{"wrong token", outbound.Bearer(outbound.Literal("unknown")), oci.ErrUnauthorized, 1},
		{"wrong API key", outbound.APIKey(outbound.Literal("wrong")), oci.ErrUnauthorized, 1},
		{"wrong password, which is not tried for a token", outbound.Basic("admin", outbound.Literal("wrong")), oci.ErrUnauthorized, 1},
		{"none, there and for a token", nil, oci.ErrUnauthorized, 2},
		{"no file", outbound.Bearer(outbound.FromFile(filepath.Join(t.TempDir(), "missing"))), os.ErrNotExist, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.Authorize = c.by
			client := client(t, w)
			_, err := client.Manifest(t.Context(), i.at.In("1.0"))
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || client.Requests().Total != c.sent {
				t.Errorf("Manifest = %v after %v, want %v after %d", err, client.Requests(), c.want, c.sent)
			}
			_, again := client.Manifest(t.Context(), i.at.In("1.0"))
			if c.by != nil && c.want != nil && (!errors.Is(again, c.want) || client.Requests().Total != c.sent) {
				t.Errorf("Manifest again = %v after %v, want the same and no request", again, client.Requests())
			}
		})
	}
}

func TestArtifactoryHasItsOwnLogin(t *testing.T) {
	other := &guarded{}
	g := &guarded{realm: serve(t, other) + "/token"}
	c := client(t, ways(serve(t, g), "password")["artifactory"])
	for range 3 {
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, oci.ErrUnauthorized) {
			t.Errorf("Manifest = %v, want unauthorized", err)
		}
	}
	if other.logins.Load() != 0 || c.Requests().Total != 1 {
		t.Errorf("%d logins at another host after %v", other.logins.Load(), c.Requests())
	}
}

// Servers may have their tokens from another host, if the operator says so.
func TestTokensFromElsewhere(t *testing.T) {
	for way := range ways("", "") {
		issuer := &guarded{}
		at := serve(t, issuer)
		host := strings.TrimPrefix(at, "http://")
		for _, c := range []struct {
			listed []string
			want   error
		}{
			{nil, oci.ErrUnauthorized},
			{[]string{"127.0.0.1", "localhost" + host[strings.Index(host, ":"):], "example.com"}, oci.ErrUnauthorized},
			{[]string{"example.com", host}, nil},
		} {
			before := issuer.logins.Load()
			o := ways(serve(t, &guarded{realm: at + "/token"}), "password")[way]
			o.RealmHosts = c.listed
			_, err := client(t, o).Manifest(t.Context(), app("dev").In("1.0"))
			logins := issuer.logins.Load() - before
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || (logins > 0) != (err == nil) {
				t.Errorf("Manifest of a %s with %v = %v after %d logins elsewhere, want %v", way, c.listed, err, logins, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), "list "+host+" in realm_hosts") {
				t.Errorf("Manifest of a %s = %v, want the host to list", way, err)
			}
		}
	}
}

// What began in secret does not go on in clear, listed or not.
func TestTokensAreNotFetchedInClear(t *testing.T) {
	issuer := &guarded{}
	at := serve(t, issuer)
	web := httptest.NewTLSServer(&guarded{realm: at + "/token"})
	t.Cleanup(web.Close)
	for way, o := range ways(web.URL, "password") {
		o.Transport, o.RealmHosts = web.Client().Transport, []string{strings.TrimPrefix(at, "http://")}
		if _, err := client(t, o).Manifest(t.Context(), app("dev").In("1.0")); err == nil || issuer.logins.Load() > 0 {
			t.Errorf("Manifest of a %s = %v after %d logins in clear", way, err, issuer.logins.Load())
		}
	}
}

// A refusal without a word may be that of a wrong password. It is tried for a
// token only where it was found to be right, by whichever client.
func TestRefusalsWithoutWords(t *testing.T) {
	g := &guarded{}
	o := ways(serve(t, g), "password")["artifactory"]
	o.Door = outbound.NewDoor(nil)
	if _, err := client(t, o).HasBlob(t.Context(), app("dev"), pushed()); !errors.Is(err, oci.ErrUnauthorized) || g.logins.Load() != 0 {
		t.Errorf("HasBlob = %v after %d logins, want unauthorized after none", err, g.logins.Load())
	}
	o.Door = outbound.NewDoor(nil)
	if _, err := client(t, o).Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Fatal(err)
	}
	if has, err := client(t, o).HasBlob(t.Context(), app("dev"), pushed()); !has || err != nil || g.logins.Load() != 2 {
		t.Errorf("HasBlob after another request = %t, %v after %d logins, want true after two", has, err, g.logins.Load())
	}
}

// Where credentials are taken without a token, one is not asked for when they
// are refused: that would be the same login again.
func TestPasswordsThatEnd(t *testing.T) {
	var ended atomic.Bool
	g := &guarded{}
	o := ways(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ended.Load() || strings.HasSuffix(r.URL.Path, "/token") {
			g.ServeHTTP(w, r)
			return
		}
		manifestAnswer()(w, r)
	})), "password")["artifactory"]
	c := client(t, o)
	if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Fatal(err)
	}
	ended.Store(true)
	if _, err := c.HasBlob(t.Context(), app("dev"), pushed()); !errors.Is(err, oci.ErrUnauthorized) || g.logins.Load() != 0 {
		t.Errorf("HasBlob = %v after %d logins, want unauthorized after none", err, g.logins.Load())
	}
}

// Without credentials there is nothing that could go astray.
func TestTokensForEverybodyFromElsewhere(t *testing.T) {
	issuer := &guarded{}
	c := client(t, registry.Options{URL: serve(t, &guarded{realm: serve(t, issuer) + "/token"})})
	if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil || issuer.logins.Load() != 1 {
		t.Errorf("Manifest = %v after %d logins", err, issuer.logins.Load())
	}
}

// A token's issuer may not pass on what it was sent either.
func TestLoginsThatAreRedirected(t *testing.T) {
	stranger := &storage{Handler: answer(200, "application/json", `{"token":"granted-token"}`)}
	elsewhere := serve(t, stranger)
	for way := range ways("", "") {
		own := &guarded{}
		o := ways(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/token") {
				http.Redirect(w, r, elsewhere+"/token?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
				return
			}
			own.ServeHTTP(w, r)
		})), "password")[way]
		if _, err := client(t, o).Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, oci.ErrUnauthorized) {
			t.Errorf("Manifest of a %s = %v, want unauthorized", way, err)
		}
	}
	if len(stranger.headers) > 0 {
		t.Errorf("a redirect took a login along: %v", stranger.headers)
	}
}

// A login that is accepted and does not go far enough is no wrong password.
func TestTokensThatDoNotGoFarEnough(t *testing.T) {
	for problem, want := range map[string]error{
		"": oci.ErrDenied, `,error="insufficient_scope"`: oci.ErrDenied, `,error="invalid_token"`: oci.ErrUnauthorized,
	} {
		for way := range ways("", "") {
			g := &guarded{problem: problem}
			g.deny.Store(true)
			c := client(t, ways(serve(t, g), "password")[way])
			if err := c.Catalog(t.Context(), "dev", gather(new([]string))); !errors.Is(err, want) {
				t.Errorf("Catalog of a %s that answers%s = %v, want %v", way, problem, err, want)
			}
			g.deny.Store(false)
			if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); (err == nil) != (want == oci.ErrDenied) { //nolint:errorlint // which case it is
				t.Errorf("Manifest of a %s that answered%s before = %v", way, problem, err)
			}
		}
	}
}

func TestOtherCredentialsAreTried(t *testing.T) {
	g := &guarded{}
	file := filepath.Join(t.TempDir(), "password")
	c := client(t, registry.Options{URL: serve(t, g), Credentials: registry.Credentials{Username: "user", Password: outbound.FromFile(file)}})
	for _, step := range []struct {
		password string
		want     error
		logins   int32
	}{{"wrong", oci.ErrUnauthorized, 1}, {"wrong", oci.ErrUnauthorized, 1}, {"worse", oci.ErrUnauthorized, 2}, {"password", nil, 3}, {"password", nil, 3}} {
		if err := os.WriteFile(file, []byte(step.password), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, step.want) || (err == nil) != (step.want == nil) || g.logins.Load() != step.logins {
			t.Errorf("Manifest with %q = %v after %d logins, want %v after %d", step.password, err, g.logins.Load(), step.want, step.logins)
		}
	}
}

func TestTokenLiterals(t *testing.T) {
	g := &guarded{}
	o := registry.Options{URL: serve(t, g)}
	for token, want := range map[string]error{"granted-token": nil, "unknown": oci.ErrUnauthorized} {
		o.Credentials.Token = outbound.Literal(token)
		c := client(t, o)
		for range 2 {
			if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("Manifest with the token %q = %v, want %v", token, err, want)
			}
		}
		if n := c.Requests(); n.Total > 2 || n.ByOperation["token"] != 0 {
			t.Errorf("requests with the token %q: %v", token, n)
		}
	}
}

func TestAnonymous(t *testing.T) {
	g := &guarded{}
	c := client(t, registry.Options{URL: serve(t, g)})
	if _, err := c.Manifest(t.Context(), app("dev").In("1.0")); err != nil {
		t.Errorf("Manifest with a token for everybody = %v", err)
	}
	for range 2 {
		if _, _, err := c.Referrers(t.Context(), app("dev"), pushed().Digest); !errors.Is(err, oci.ErrUnauthorized) || !strings.Contains(err.Error(), "no credentials") {
			t.Errorf("Referrers = %v, want unauthorized without credentials", err)
		}
	}
	if n := c.Requests().ByOperation["referrers"]; n != 2 {
		t.Errorf("%d requests for referrers without credentials, want 2", n)
	}
}
