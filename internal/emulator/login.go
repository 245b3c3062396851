package emulator

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

const apiKeyHeader = "X-JFrog-Art-Api" //nolint:gosec // a header's name

// login is the outcome of a request's credentials.
type login struct {
	caller caller
	err    error
}

// loginKey carries the login in a request's context: credentials are looked at
// once, because a bad one counts.
type loginKey struct{}

func (s *Server) withLogin(r *http.Request) (*http.Request, login) {
	if l, ok := r.Context().Value(loginKey{}).(login); ok {
		return r, l
	}
	l := s.login(r)
	return r.WithContext(context.WithValue(r.Context(), loginKey{}, l)), l
}

// login finds out who is calling. Any failure is 403 instead of 401 when a key
// was sent in X-JFrog-Art-Api.
func (s *Server) login(r *http.Request) login {
	c, err := s.credentials(r)
	if refused, ok := errors.AsType[*refusal](err); ok {
		refused.challenge = true
		if r.Header.Get(apiKeyHeader) != "" {
			refused.status = http.StatusForbidden
		}
	}
	return login{caller: c, err: err}
}

func (s *Server) credentials(r *http.Request) (caller, error) {
	if key := r.Header.Get(apiKeyHeader); key != "" {
		return s.accounts.byToken(key, true)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "bearer") {
		return s.accounts.byToken(token, false)
	}
	if name, password, ok := r.BasicAuth(); ok {
		return s.accounts.byPassword(name, password)
	}
	if scheme != "" {
		return caller{}, refuse(http.StatusUnauthorized, "Bad Credentials")
	}
	return caller{User: s.accounts.anonymous, anonymous: true}, nil
}

// admit refuses a request without credentials unless anonymous access is on.
func (s *Server) admit(l login) error {
	if l.err != nil {
		return l.err
	}
	if l.caller.anonymous && !s.accounts.anonymousOn {
		return unauthorized("Authentication is required")
	}
	return nil
}
