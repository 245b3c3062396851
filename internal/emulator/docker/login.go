package docker

import (
	"encoding/json"
	"net/http"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// tokenSeconds is the lifetime that the token endpoint of 7.161 states.
const tokenSeconds = 9000

const basicChallenge = `Basic realm="Artifactory Realm"`

// login finds out who is calling, and refuses wrong credentials and, unless
// anonymous access is on, missing ones.
func (c *call) login() error {
	var err error
	if c.user, c.anonymous, err = c.api.backend.Authenticate(c.r); err != nil {
		return c.badCredentials(err, c.challenge())
	}
	if c.anonymous && !c.api.backend.AnonymousAllowed() {
		return c.unauthenticated()
	}
	return nil
}

// unauthenticated asks for credentials. Only the ping does so in the registry's own shape.
func (c *call) unauthenticated() *failure {
	f := generic(http.StatusUnauthorized, "Authentication is required")
	if c.route.kind == pingRoute {
		f = registry(http.StatusUnauthorized, "UNAUTHORIZED", "authentication required", nil)
	}
	f.header = map[string]string{"WWW-Authenticate": c.challenge()}
	if c.route.kind == pingRoute && c.pathForm {
		f.header["Content-Type"] = "application/json;charset=ISO-8859-1"
	}
	return f
}

// badCredentials is 403 where a key was sent in X-JFrog-Art-Api, as the real server has it.
func (c *call) badCredentials(err error, challenge string) *failure {
	f := generic(http.StatusUnauthorized, err.Error())
	if c.r.Header.Get("X-JFrog-Art-Api") != "" {
		f.status = http.StatusForbidden
	}
	f.header = map[string]string{"WWW-Authenticate": challenge}
	return f
}

// challenge names the token endpoint, but for referrers, which take Basic.
// The scope lacks the repository key even where the image's URL has it.
func (c *call) challenge() string {
	if c.route.kind == referrersRoute && !c.api.options.BearerReferrers {
		return basicChallenge
	}
	s := `Bearer realm="` + c.realm() + `",service="` + c.service() + `"`
	if c.route.image == "" {
		return s
	}
	actions := "pull,push"
	if c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		actions = "pull"
	}
	return s + `,scope="repository:` + c.route.image + ":" + actions + `"`
}

// denied is the answer to a user who lacks a right: absent is what the server
// says where it hides what exists.
func (c *call) denied(absent *failure, message string) *failure {
	switch {
	case c.api.backend.HideUnauthorized():
		return absent
	case c.anonymous:
		return c.unauthenticated()
	default:
		return generic(http.StatusForbidden, message)
	}
}

func (c *call) may(right access.Right, repo, path string) bool {
	return c.user.May(right, repo, path)
}

func (c *call) ping() error {
	if err := c.login(); err != nil {
		return err
	}
	return c.sendJSON(map[string]string{})
}

// token trades credentials for a bearer token; what the token may do is up to
// the user's rights, whatever scope was asked for.
func (c *call) token() error {
	if c.r.Method != http.MethodGet {
		return generic(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	user, anonymous, err := c.api.backend.Authenticate(c.r)
	if err != nil {
		return c.badCredentials(err, basicChallenge)
	}
	if anonymous && !c.api.backend.AnonymousAllowed() {
		f := generic(http.StatusUnauthorized, "Authentication is required")
		f.header = map[string]string{"WWW-Authenticate": basicChallenge}
		return f
	}
	return c.sendJSON(map[string]any{"token": c.api.backend.IssueToken(user), "expires_in": tokenSeconds})
}

func (c *call) sendJSON(body any) error {
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	return json.NewEncoder(c.w).Encode(body)
}
