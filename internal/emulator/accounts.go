package emulator

import (
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

const (
	anonymousName = "anonymous"
	// lockAfter is the number of bad logins in a row that lock a user.
	lockAfter = 5
)

// caller is who sends a request.
type caller struct {
	access.User
	anonymous bool
}

// accounts are the server's users, their tokens and their bad logins.
type accounts struct {
	users       []access.User
	anonymous   access.User
	anonymousOn bool

	mu       sync.Mutex
	failures map[string]int       // bad logins in a row by user name
	expired  map[string]bool      // tokens that have run out
	issued   map[string]caller    // by token
	until    map[string]time.Time // when a token of an exchange ends
	now      func() time.Time
}

func newAccounts(o Options) *accounts {
	a := &accounts{
		anonymous:   access.User{Name: anonymousName, Permissions: onCaches(o.Anonymous, o.Repositories)},
		anonymousOn: o.Anonymous != nil,
		failures:    map[string]int{},
		expired:     map[string]bool{},
		issued:      map[string]caller{},
		until:       map[string]time.Time{},
		now:         o.Now,
	}
	for _, u := range o.Users {
		u.Permissions = onCaches(u.Permissions, o.Repositories)
		a.users = append(a.users, u)
	}
	return a
}

// onCaches lets the permissions on a remote repository cover its cache.
func onCaches(permissions []access.Permission, rs repositories) []access.Permission {
	permissions = slices.Clone(permissions)
	for n, p := range permissions {
		for _, key := range p.Repositories {
			if r, ok := rs.find(key); ok && r.Class == Remote {
				permissions[n].Repositories = append(slices.Clone(permissions[n].Repositories), key+cacheSuffix)
			}
		}
	}
	return permissions
}

// issue makes a token for the caller.
func (a *accounts) issue(c caller) string {
	token := rand.Text()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.issued[token] = c
	return token
}

func (a *accounts) expire(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.expired[token] = true
}

// byToken finds the owner of a token or, where keys are taken, of an API key.
func (a *accounts) byToken(token string, keys bool) (caller, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if until, ok := a.until[token]; a.expired[token] || ok && !a.now().Before(until) {
		return caller{}, refuse(http.StatusUnauthorized, "Token failed verification: expired")
	}
	if c, ok := a.issued[token]; ok {
		return c, nil
	}
	for _, u := range a.users {
		if slices.Contains(u.Tokens, token) || keys && u.APIKey != "" && u.APIKey == token {
			return caller{User: u}, nil
		}
	}
	if keys {
		return caller{}, refuse(http.StatusUnauthorized, "Bad Credentials")
	}
	return caller{}, refuse(http.StatusUnauthorized, "Props Authentication Token not found")
}

// byPassword checks a user's password, which may be a token or an API key of
// the same user. Bad logins in a row lock the user out, right password or not.
func (a *accounts) byPassword(name, password string) (caller, error) {
	if a.locked(name) {
		return caller{}, refuse(http.StatusForbidden, "This request is locked due to recurrent log on errors")
	}
	n := slices.IndexFunc(a.users, func(u access.User) bool { return u.Name == name })
	if n >= 0 && password != "" && password == a.users[n].Password {
		return a.welcome(a.users[n]), nil
	}
	owner, err := a.byToken(password, true)
	if err == nil && owner.Name == name {
		return a.welcome(owner.User), nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failures[name]++
	if err == nil {
		err = refuse(http.StatusUnauthorized, "Bad Credentials")
	}
	return caller{}, err
}

func (a *accounts) locked(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failures[name] >= lockAfter
}

func (a *accounts) welcome(u access.User) caller {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.failures, u.Name)
	return caller{User: u}
}
