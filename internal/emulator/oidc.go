package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// Identity is an identity token that is exchanged for an access token of a user.
type Identity struct {
	// Provider is the name of the OIDC integration, Token the identity token as
	// it is sent; it is compared, not verified.
	Provider, Token string
	// Audience has to be sent too, unless it is "".
	Audience string
	// User is whose access token it becomes.
	User string
	// Lifetime is how long the access token is good; 0 means five minutes.
	Lifetime time.Duration
}

const usualLifetime = 5 * time.Minute

// exchangePath is below no context path: it belongs to the Access service.
const exchangePath = "/access/api/v1/oidc/token"

const (
	grantType   = "urn:ietf:params:oauth:grant-type:token-exchange"
	idToken     = "urn:ietf:params:oauth:token-type:id_token"     //nolint:gosec // a type's name
	accessToken = "urn:ietf:params:oauth:token-type:access_token" //nolint:gosec // a type's name
)

// exchanged is what a request for an exchange says.
type exchanged struct {
	GrantType string `json:"grant_type"`
	Type      string `json:"subject_token_type"`
	Token     string `json:"subject_token"`
	Provider  string `json:"provider_name"`
	Audience  string `json:"audience"`
}

// exchange answers with an access token for an identity token.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var asked exchanged
	if err = errors.Join(err, json.Unmarshal(body, &asked)); r.Method != http.MethodPost || err != nil ||
		asked.GrantType != grantType || asked.Type != idToken {
		refuseExchange(w, http.StatusBadRequest, "BAD_REQUEST", "Invalid token exchange request")
		return
	}
	n := slices.IndexFunc(s.options.OIDC, func(i Identity) bool {
		return i.Provider == asked.Provider && i.Token == asked.Token && (i.Audience == "" || i.Audience == asked.Audience)
	})
	if n < 0 {
		refuseExchange(w, http.StatusUnauthorized, "UNAUTHORIZED", "Failed to validate the token of provider "+asked.Provider)
		return
	}
	identity := s.options.OIDC[n]
	lifetime := identity.Lifetime
	if lifetime == 0 {
		lifetime = usualLifetime
	}
	token := s.accounts.lend(identity.User, s.options.Now().Add(lifetime))
	reply(w, http.StatusOK, "application/json", struct {
		AccessToken string `json:"access_token"`
		IssuedType  string `json:"issued_token_type"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
		Scope       string `json:"scope"`
		Username    string `json:"username"`
	}{token, accessToken, "Bearer", int(lifetime / time.Second), "applied-permissions/user", identity.User})
}

// refuseExchange answers in the envelope of the Access service, which has a
// code where Artifactory has a status.
func refuseExchange(w http.ResponseWriter, status int, code, message string) {
	type entry struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	reply(w, status, "application/json", map[string][]entry{"errors": {{code, message}}})
}

// lend makes a token for a user that is good until then.
func (a *accounts) lend(user string, until time.Time) string {
	n := slices.IndexFunc(a.users, func(u access.User) bool { return u.Name == user })
	token := a.issue(caller{User: a.users[n]})
	a.mu.Lock()
	defer a.mu.Unlock()
	a.until[token] = until
	return token
}

// ExpireExchanged makes all tokens run out that identity tokens were exchanged
// for so far.
func (s *Server) ExpireExchanged() {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	for token := range s.accounts.until {
		s.accounts.expired[token] = true
	}
}
