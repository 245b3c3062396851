package outbound_test

import (
	"context"
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
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// clock is a time that passes when it is told to.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1_800_000_000+c.seconds.Load(), 0) }

// tokens is an Artifactory that takes the identity token "identity" for one of
// the user's that lasts 100 seconds, and both clients of it.
type tokens struct {
	house
	clock    *clock
	exchange *outbound.Exchange
	file     string // of the identity token
}

func newTokens(t *testing.T) tokens {
	t.Helper()
	w := tokens{clock: &clock{}, file: filepath.Join(t.TempDir(), "identity")}
	server, url := serve(t, emulator.Options{Now: w.clock.now, OIDC: []emulator.Identity{
		{Provider: "k8s", Token: "identity-token", Audience: "acme", User: "user", Lifetime: 100 * time.Second},
	}})
	w.write(t, "identity-token\n")
	w.exchange = newExchange(t, outbound.OIDC{URL: url, Provider: "k8s", Audience: "acme", Identity: outbound.FromFile(w.file), Now: w.clock.now})
	w.house = newHouse(t, server, url, w.exchange.Authorize, outbound.NewDoor(w.exchange.Renew))
	return w
}

func (w tokens) write(t *testing.T, identity string) {
	t.Helper()
	if err := os.WriteFile(w.file, []byte(identity), 0o600); err != nil {
		t.Fatal(err)
	}
}

func newExchange(t *testing.T, o outbound.OIDC) *outbound.Exchange {
	t.Helper()
	x, err := outbound.NewExchange(o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// statuses counts the answers of the server.
func (w tokens) statuses() map[int]int {
	n := map[int]int{}
	for _, e := range w.Log() {
		n[e.Status]++
	}
	return n
}

func TestExchangesServeBothClientsUntilTheirEnd(t *testing.T) {
	w := newTokens(t)
	for _, step := range []struct {
		second    int64
		exchanges int
	}{{0, 1}, {74, 1}, {75, 2}, {149, 2}, {150, 3}} {
		w.clock.seconds.Store(step.second)
		for way, call := range w.ways(t) {
			if err := call(); err != nil {
				t.Errorf("%s after %d seconds = %v", way, step.second, err)
			}
		}
		if n := w.exchange.Requests(); n.Total != step.exchanges || n.ByOperation["oidc"] != step.exchanges {
			t.Errorf("%v after %d seconds, want %d exchanges", n, step.second, step.exchanges)
		}
	}
	if refused := w.statuses()[http.StatusUnauthorized]; refused > 0 {
		t.Errorf("%d requests were refused, want none", refused)
	}
}

func TestTokensThatEndEarlyAreRenewedOnce(t *testing.T) {
	for _, first := range []string{"artifactory", "registry"} {
		w := newTokens(t)
		for round := 1; round <= 3; round++ {
			for _, way := range []string{first, "registry", "artifactory"} {
				if err := w.ways(t)[way](); err != nil {
					t.Errorf("%s in round %d = %v", way, round, err)
				}
			}
			if n := w.exchange.Requests().Total; n != round || w.statuses()[http.StatusUnauthorized] != round-1 {
				t.Errorf("%d exchanges and %v in round %d, want one of each more", n, w.statuses(), round)
			}
			w.ExpireExchanged()
		}
	}
}

// What the server gives out and never takes is not exchanged without end.
func TestTokensThatAreNeverGood(t *testing.T) {
	w := newTokens(t)
	w.SetIntercept(func(_ *http.Request, operation string) http.Handler {
		if operation == "oidc" {
			return nil
		}
		return reply(http.StatusUnauthorized, `{"errors":[{"status":401,"message":"Token failed verification: expired"}]}`)
	})
	for range 3 {
		for way, call := range w.ways(t) {
			if err := call(); !errors.Is(err, oci.ErrUnauthorized) {
				t.Errorf("%s = %v, want unauthorized", way, err)
			}
		}
	}
	if n := w.exchange.Requests().Total; n != 2 || w.statuses()[http.StatusUnauthorized]+w.statuses()[0] > 2 {
		t.Errorf("%d exchanges and %v, want 2 and as many refusals", n, w.statuses())
	}
}

func TestOneExchangeAtATime(t *testing.T) {
	w := newTokens(t)
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if n%5 == 0 {
				w.ExpireExchanged()
			}
			for way, call := range w.ways(t) {
				if err := call(); err != nil && n%5 > 0 && !errors.Is(err, oci.ErrUnauthorized) {
					t.Errorf("%s = %v", way, err)
				}
			}
		})
	}
	all.Wait()
	if n := w.exchange.Requests().Total; n > 9 {
		t.Errorf("%d exchanges, want at most two for each end of a token and one before", n)
	}
}

func TestIdentityTokensAreReadForEachExchange(t *testing.T) {
	w := newTokens(t)
	call := w.ways(t)["artifactory"]
	for _, step := range []struct {
		identity string
		want     error
		sent     int
	}{{"another", oci.ErrUnauthorized, 1}, {"another", oci.ErrUnauthorized, 1}, {"identity-token", nil, 2}} {
		w.write(t, step.identity)
		err := call()
		if !errors.Is(err, step.want) || (err == nil) != (step.want == nil) || w.exchange.Requests().Total != step.sent {
			t.Errorf("with %q = %v after %v, want %v after %d", step.identity, err, w.exchange.Requests(), step.want, step.sent)
		}
		if err != nil && !strings.Contains(err.Error(), "exchange identity token: ") {
			t.Errorf("with %q = %v, want the step", step.identity, err)
		}
	}
	w.clock.seconds.Store(1000)
	if err := os.Remove(w.file); err != nil {
		t.Fatal(err)
	}
	if err := call(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without the file = %v, want not exist", err)
	}
}

// reply answers with JSON.
func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Errors of an exchange say what they mean and no token, and nothing goes where
// a redirect leads.
func TestExchangesThatFail(t *testing.T) {
	const identity, granted = "identity-hunter2-token", "granted-hunter2-token"
	strangers := 0
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers++ }))
	t.Cleanup(stranger.Close)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
		again  int32 // requests after a second attempt
	}{
		"refused":     {reply(401, `{"errors":[{"code":"UNAUTHORIZED","message":"bad token `+identity+`"}]}`), oci.ErrUnauthorized, 1},
		"denied":      {reply(403, `{"errors":[{"code":"FORBIDDEN","message":"no"}]}`), oci.ErrDenied, 1},
		"bad request": {reply(400, `{"errors":[{"code":"BAD_REQUEST","message":"no"}]}`), outbound.ErrRefused, 1},
		"an outage":   {reply(503, ""), oci.ErrUnavailable, 2},
		"throttled":   {reply(429, ""), oci.ErrThrottled, 2},
		"no answer":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, oci.ErrUnavailable, 2},
		"a page":      {reply(200, "<html>"+granted), oci.ErrUnavailable, 2},
		"no token":    {reply(200, `{"token_type":"Bearer"}`), oci.ErrIncomplete, 2},
		"half":        {reply(200, `{"access_token":"`+granted), oci.ErrIncomplete, 2},
		"two lines":   {reply(200, `{"access_token":"`+granted+`\n"}`), oci.ErrIncomplete, 2},
		"too much":    {reply(200, `{"access_token":"`+granted+`"}`+strings.Repeat(" ", 2<<20)), nil, 2},
		"redirected": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, stranger.URL+"/?token="+identity, http.StatusTemporaryRedirect)
		}, oci.ErrUnavailable, 2},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				c.answer(w, r)
			}))
			t.Cleanup(web.Close)
			x := newExchange(t, outbound.OIDC{URL: web.URL + "/artifactory", Provider: "k8s", Identity: outbound.Literal(identity)})
			for range 2 {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
				err := x.Authorize(r)
				if err == nil || c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("Authorize = %v, want %v without a token", err, c.want)
				}
				if got := r.Header.Get("Authorization"); got != "" {
					t.Errorf("Authorize sent %q", got)
				}
			}
			if asked.Load() != c.again {
				t.Errorf("%d exchanges of two requests, want %d", asked.Load(), c.again)
			}
		})
	}
	if strangers > 0 {
		t.Errorf("%d requests went where a redirect leads", strangers)
	}
}

// The Access service is beside the context path, whatever that is called.
func TestWhereTokensAreExchanged(t *testing.T) {
	var asked []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		reply(200, `{"access_token":"t"}`)(w, r)
	}))
	t.Cleanup(web.Close)
	for path, want := range map[string]string{
		"": "/access", "/": "/access", "/artifactory": "/access", "/artifactory/": "/access", "/repo": "/access", "/proxy/artifactory": "/proxy/access",
	} {
		asked = nil
		x := newExchange(t, outbound.OIDC{URL: web.URL + path, Identity: outbound.Literal("i")})
		for range 2 { // without an end it is good until it is refused
			if err := x.Authorize(httptest.NewRequest(http.MethodGet, "/", http.NoBody)); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := fmt.Sprint(asked), "["+want+"/api/v1/oidc/token]"; got != want {
			t.Errorf("with %q the exchange was at %s, want %s", path, got, want)
		}
	}
	if _, err := outbound.NewExchange(outbound.OIDC{URL: "ftp://a.example"}); err == nil {
		t.Error("NewExchange of no URL = nil, want an error")
	}
}

// Long lives end a minute early, and what no server says in earnest is for ever.
func TestLivesOfTokens(t *testing.T) {
	for _, c := range []struct {
		lifetime    string
		last, again int64
	}{{"3600", 3539, 3540}, {"100", 74, 75}, {"0.5", 0, 1}, {"1e300", 1e8, 1e9}} {
		var asked atomic.Int32
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			reply(200, `{"access_token":"t","expires_in":`+c.lifetime+`}`)(w, r)
		}))
		t.Cleanup(web.Close)
		clock := &clock{}
		x := newExchange(t, outbound.OIDC{URL: web.URL, Identity: outbound.Literal("i"), Now: clock.now})
		for _, second := range []int64{0, c.last, c.again} {
			clock.seconds.Store(second)
			if err := x.Authorize(httptest.NewRequest(http.MethodGet, "/", http.NoBody)); err != nil {
				t.Fatal(err)
			}
			want := int32(1)
			if second == c.again {
				want = 2
			}
			if asked.Load() != want {
				t.Errorf("%d exchanges of a token for %s seconds after %d, want %d", asked.Load(), c.lifetime, second, want)
			}
		}
	}
}

// Who waits for an exchange that somebody else gave up begins another.
func TestCanceledExchanges(t *testing.T) {
	begun, release := make(chan struct{}, 2), make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		reply(200, `{"access_token":"t"}`)(w, r)
	}))
	t.Cleanup(web.Close)
	x := newExchange(t, outbound.OIDC{URL: web.URL, Identity: outbound.Literal("i")})
	ctx, cancel := context.WithCancel(t.Context())
	authorize := func(ctx context.Context) chan error {
		done := make(chan error, 1)
		go func() { done <- x.Authorize(httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)) }()
		return done
	}
	first := authorize(ctx)
	<-begun
	second := authorize(t.Context())
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("Authorize that was canceled = %v", err)
	}
	close(release)
	if err := <-second; err != nil {
		t.Errorf("Authorize that waited = %v", err)
	}
}

// Who was refused with an old token does not take the new one away.
func TestRenewGivesUpWhatWasRefused(t *testing.T) {
	var asked atomic.Int32
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply(200, fmt.Sprintf(`{"access_token":"t%d"}`, asked.Add(1)))(w, r)
	}))
	t.Cleanup(web.Close)
	x := newExchange(t, outbound.OIDC{URL: web.URL, Identity: outbound.Literal("i")})
	x.Renew("Bearer t1") // there is none yet
	for _, step := range []struct{ refused, want string }{{"", "t1"}, {"Bearer t1", "t2"}, {"Bearer t1", "t2"}, {"Bearer t2", "t3"}} {
		x.Renew(step.refused)
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		if err := x.Authorize(r); err != nil || outbound.Identity(r) != "Bearer "+step.want {
			t.Errorf("Authorize after %q was refused = %q, %v, want %s", step.refused, outbound.Identity(r), err, step.want)
		}
	}
}

// carrier is a transport that can be printed while it is at work.
type carrier func(*http.Request) (*http.Response, error)

// RoundTrip calls it.
func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

// However they are printed, what holds credentials tells none.
func TestCredentialsArePrintedByNobody(t *testing.T) {
	const secret = "hunter2-identity"
	web := httptest.NewServer(reply(200, `{"access_token":"hunter2-granted"}`))
	t.Cleanup(web.Close)
	x := newExchange(t, outbound.OIDC{URL: web.URL, Identity: outbound.Literal(secret), Transport: carrier(http.DefaultTransport.RoundTrip)})
	d := outbound.NewDoor(x.Renew)
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	if err := x.Authorize(r); err != nil {
		t.Fatal(err)
	}
	_ = visit(d, outbound.Identity(r), oci.ErrUnauthorized)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, holder := range []any{x, d, outbound.Literal(secret), outbound.Basic("user", outbound.Literal(secret)), outbound.OIDC{Identity: outbound.Literal(secret)}} {
			if got := fmt.Sprintf(verb, holder); strings.Contains(got, "hunter2") || strings.Contains(got, "68756e74657232") {
				t.Errorf("Sprintf(%s, %T) = %s, want no secret", verb, holder, got)
			}
		}
	}
}

func TestAccountIsWhoseTokenItIs(t *testing.T) {
	w := newTokens(t)
	if got := w.exchange.Account(); got != "" {
		t.Errorf("Account = %q before there is a token, want none", got)
	}
	if err := w.exchange.Authorize(httptest.NewRequest(http.MethodGet, "/", http.NoBody)); err != nil {
		t.Fatal(err)
	}
	if got := w.exchange.Account(); got != "user" {
		t.Errorf("Account = %q, want user", got)
	}
	for said, want := range map[string]string{`7`: "", `null`: "", `"a\u001bb"`: "a b"} {
		web := httptest.NewServer(reply(http.StatusOK, `{"access_token":"t","username":`+said+`}`))
		t.Cleanup(web.Close)
		x := newExchange(t, outbound.OIDC{URL: web.URL + "/artifactory", Identity: outbound.Literal("identity")})
		if err := x.Authorize(httptest.NewRequest(http.MethodGet, "/", http.NoBody)); err != nil || x.Account() != want {
			t.Errorf("Account with the user name %s = %q, %v, want %q", said, x.Account(), err, want)
		}
	}
}
