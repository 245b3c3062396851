package registry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/sigsync/sigsync/internal/outbound"
)

// Credentials log in to a registry. Where neither a user name nor a token is
// set, they are those that Docker's configuration has for the host, in the file
// itself or with a credential helper, or none.
type Credentials struct {
	Username string
	Password outbound.Secret
	// Token is sent as it is, as a bearer token, at once.
	Token outbound.Secret
}

// login knows who the client is.
type login struct {
	host string
	// authorize adds what is sent at once, to Artifactory, and a token: nil for
	// what is sent when the registry asks for it.
	authorize outbound.Authorizer
	given     Credentials
	// docker reads Docker's configuration, when it is needed: a registry that
	// asks for no login needs none, and the file may change.
	docker func() (auth.CredentialFunc, error)

	asking sync.Mutex
	// held is what was found last. A credential helper is a process of its own,
	// which is not run for every request.
	held atomic.Pointer[auth.Credential]
}

func newLogin(o Options, base string) *login {
	l := &login{authorize: o.Authorize, given: o.Credentials, docker: fromDocker}
	if u, err := url.Parse(base); err == nil { // it was parsed before
		l.host = u.Host
	}
	switch {
	case o.Artifactory:
		l.docker = func() (auth.CredentialFunc, error) { return nobody, nil }
	case o.Credentials.Token != nil:
		l.authorize = outbound.Bearer(o.Credentials.Token)
	default:
		l.authorize = nil
	}
	return l
}

func nobody(context.Context, string) (auth.Credential, error) { return auth.EmptyCredential, nil }

func fromDocker() (auth.CredentialFunc, error) {
	store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, err
	}
	return credentials.Credential(store), nil
}

// credential is what oras-go logs in with when the registry, whose host it is,
// asks for it.
func (l *login) credential(ctx context.Context, host string) (auth.Credential, error) {
	found, err := l.find(ctx, host)
	if err == nil {
		l.held.Store(&found)
	}
	return found, err
}

func (l *login) find(ctx context.Context, host string) (auth.Credential, error) {
	switch {
	case l.authorize != nil:
		// Only a user name and a password can be exchanged for a token.
		r, err := l.authorized(ctx)
		username, password, _ := r.BasicAuth()
		return auth.Credential{Username: username, Password: password}, err
	case l.given.Username != "":
		password, err := l.password()
		return auth.Credential{Username: l.given.Username, Password: password}, err
	}
	docker, err := l.docker()
	if err != nil {
		return auth.EmptyCredential, err
	}
	return docker(ctx, host)
}

func (l *login) password() (string, error) {
	if l.given.Password == nil {
		return "", errors.New("read credentials: a user name without a password")
	}
	return l.given.Password()
}

// authorized is a request with what is sent at once.
func (l *login) authorized(ctx context.Context) (*http.Request, error) {
	r := (&http.Request{Header: http.Header{}}).WithContext(ctx)
	return r, l.authorize(r)
}

// identity tells the credentials of the next request apart from others; "" is
// none. What a helper told is asked for again once it was refused.
func (l *login) identity(ctx context.Context, refused bool) (string, error) {
	if l.authorize != nil {
		r, err := l.authorized(ctx)
		return outbound.Identity(r), err
	}
	if l.given.Username != "" {
		given, err := l.credential(ctx, l.host)
		return tell(given), err
	}
	return tell(l.latest(ctx, refused)), nil
}

// latest is what Docker's configuration told last. Where it cannot tell that
// matters only if the registry asks for a login.
func (l *login) latest(ctx context.Context, refused bool) auth.Credential {
	l.asking.Lock()
	defer l.asking.Unlock()
	if l.held.Load() == nil || refused {
		if _, err := l.credential(ctx, l.host); err != nil {
			l.held.Store(&auth.Credential{})
		}
	}
	return *l.held.Load()
}

// secrets are what must not be repeated of what was found last.
func (l *login) secrets() []string {
	held := l.held.Load()
	if held == nil {
		return nil
	}
	return []string{held.Password, held.AccessToken, held.RefreshToken}
}

func tell(c auth.Credential) string {
	return strings.Trim(strings.Join([]string{c.Username, c.Password, c.AccessToken, c.RefreshToken}, "\n"), "\n")
}
