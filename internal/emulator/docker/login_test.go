package docker_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

const (
	unauthorized = `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}`
	required     = "{\n  \"errors\" : [ {\n    \"status\" : 401,\n    \"message\" : \"Authentication is required\"\n  } ]\n}"
	bad          = "{\n  \"errors\" : [ {\n    \"status\" : 401,\n    \"message\" : \"Bad Credentials\"\n  } ]\n}"
	basicRealm   = `Basic realm="Artifactory Realm"`
)

// TestChallenges holds artifactory 5.2, 6.3, 6.4 and signature-formats B3.
func TestChallenges(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{})
	host := strings.TrimPrefix(srv.URL, "http://")
	realm := `Bearer realm="` + srv.URL + `/artifactory/api/docker/dev/v2/token",service="` + host + `"`
	root := `Bearer realm="` + srv.URL + `/v2/token",service="` + host + `"`
	for _, c := range []struct {
		line, user, key string
		status          int
		challenge, body string
	}{
		{line: "GET /artifactory/api/docker/dev/v2/", status: 401, challenge: realm, body: unauthorized},
		{line: "GET /artifactory/api/docker/dev/v2/", user: "admin", status: 200, body: "{}\n"},
		{line: "GET /artifactory/api/docker/dev/v2/", user: "nobody", status: 401, challenge: realm, body: bad},
		{line: "GET /artifactory/api/docker/dev/v2/", key: "nobody", status: 403, challenge: realm, body: strings.Replace(bad, "401", "403", 1)},
		{line: "GET /v2/", status: 401, challenge: root, body: unauthorized},
		{line: "GET /v2/", user: "admin", status: 200, body: "{}\n"},
		{line: "GET /artifactory/api/docker/dev/v2/team/app/manifests/1", status: 401, challenge: realm + `,scope="repository:team/app:pull"`, body: required},
		{line: "PUT /v2/dev/team/app/manifests/1", status: 401, challenge: root + `,scope="repository:team/app:pull,push"`, body: required},
		{line: "GET /v2/dev/team/app/referrers/sha256:00", status: 401, challenge: basicRealm, body: required},
		{line: "GET /artifactory/api/docker/dev/v2/token", status: 401, challenge: basicRealm, body: required},
		{line: "GET /artifactory/api/docker/dev/v2/token", user: "nobody", status: 401, challenge: basicRealm, body: bad},
	} {
		q := request{line: c.line, user: c.user, header: map[string]string{}}
		if c.key != "" {
			q.header["X-JFrog-Art-Api"] = c.key
		}
		got := send(t, srv, q)
		if got.status != c.status || got.body != c.body || got.header.Get("Www-Authenticate") != c.challenge {
			t.Errorf("%s as %q = %d %q\n%s, want %d %q\n%s", c.line, c.user+c.key,
				got.status, got.header.Get("Www-Authenticate"), got.body, c.status, c.challenge, c.body)
		}
		if v := got.header.Get("Docker-Distribution-Api-Version"); v != "registry/2.0" {
			t.Errorf("%s has API version %q", c.line, v)
		}
	}
}

// TestBearerReferrers: the reading that referrers are like everything else.
func TestBearerReferrers(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{BearerReferrers: true})
	got := send(t, srv, request{line: "GET " + api + "dev/v2/app/referrers/" + sum("x")}).header.Get("Www-Authenticate")
	if !strings.HasPrefix(got, "Bearer ") || !strings.HasSuffix(got, `,scope="repository:app:pull"`) {
		t.Errorf("challenge = %s, want Bearer for app", got)
	}
}

// TestRootPingContentType holds artifactory 6.3.
func TestRootPingContentType(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{})
	for path, want := range map[string]string{
		"/v2/":                            "application/json;charset=ISO-8859-1",
		"/artifactory/api/docker/dev/v2/": "application/json",
	} {
		if got := send(t, srv, request{line: "GET " + path}).header.Get("Content-Type"); got != want {
			t.Errorf("GET %s has Content-Type %q, want %q", path, got, want)
		}
	}
}

// TestTokenDance holds artifactory 6.3: a token takes its user's place.
func TestTokenDance(t *testing.T) {
	b := newBackend()
	b.anonymous = true
	srv := serve(t, b, docker.Options{})
	for _, c := range []struct {
		endpoint, user string
		ping           int
	}{
		{"/v2/token?service=x&scope=repository:app:pull", "admin", 200},
		{"/artifactory/api/docker/dev/v2/token", "reader", 200},
	} {
		got := send(t, srv, request{line: "GET " + c.endpoint, user: c.user})
		var token struct {
			Token     string `json:"token"`
			ExpiresIn int    `json:"expires_in"`
		}
		if err := json.Unmarshal([]byte(got.body), &token); err != nil || token.Token != "token-of-"+c.user || token.ExpiresIn != 9000 {
			t.Errorf("GET %s = %s, want a token of %s", c.endpoint, got.body, c.user)
		}
		ping := send(t, srv, request{line: "GET /v2/", header: map[string]string{"Authorization": "Bearer " + token.Token}})
		if ping.status != c.ping || ping.header.Get("Content-Type") != "application/json" {
			t.Errorf("GET /v2/ with the token of %s = %d, want %d", c.user, ping.status, c.ping)
		}
	}
	if got := send(t, srv, request{line: "POST /v2/token", user: "admin"}); got.status != 405 {
		t.Errorf("POST /v2/token = %d, want 405", got.status)
	}
}

// TestAnonymous holds artifactory 6.4: what anonymous may not do asks for credentials.
func TestAnonymous(t *testing.T) {
	b := newBackend()
	b.anonymous = true
	srv := serve(t, b, docker.Options{})
	store(t, b.store, docker.Place{Repo: "prod", Image: "app", Reference: "1"}, newImage("a"))
	for line, want := range map[string]int{
		"GET /v2/":                                   200,
		"GET /v2/token":                              200,
		"GET " + api + "prod/v2/app/manifests/1":     200,
		"GET " + api + "dev/v2/app/manifests/1":      401,
		"PUT " + api + "prod/v2/app/manifests/2":     401,
		"POST " + api + "prod/v2/app/blobs/uploads/": 401,
	} {
		if got := send(t, srv, request{line: line}); got.status != want {
			t.Errorf("%s = %d %s, want %d", line, got.status, got.body, want)
		}
	}
}

// TestUnknownTargets holds artifactory 5.1: a wrong URL is 400 with the server's words.
func TestUnknownTargets(t *testing.T) {
	srv := serve(t, newBackend(), docker.Options{})
	for _, c := range []struct {
		line   string
		status int
		word   string
	}{
		{"GET " + api + "v9/v2/_catalog", 400, "Unsupported docker repository request for 'v9'"},
		{"GET " + api + "a&b/v2/_catalog", 400, "request for 'a&b'"},
		{"GET " + api + "dev/v2/what", 404, "UNSUPPORTED"},
		{"GET /v2/what", 404, "UNSUPPORTED"},
		{"DELETE " + api + "dev/v2/app/blobs/sha256:00", 405, "UNSUPPORTED"},
		{"GET " + api + "dev/v2/app/blobs/uploads/", 405, "UNSUPPORTED"},
		{"GET " + api + "dev/v2/app/referrers/sha256:00", 404, ""},
	} {
		got := send(t, srv, request{line: c.line, user: "admin"})
		if got.status != c.status || !strings.Contains(got.body, c.word) {
			t.Errorf("%s = %d %s, want %d %s", c.line, got.status, got.body, c.status, c.word)
		}
	}
}
