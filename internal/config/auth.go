package config

import (
	"net/url"
	"strings"
	"unicode"
)

// Auth is how to log in to a server: exactly one form is set, or none, which
// is anonymous access.
type Auth struct {
	// Token is an access token, sent as a bearer token.
	Token Secret `yaml:"token,omitempty"`
	// TokenFile names a file that holds an access token.
	TokenFile string `yaml:"token_file,omitempty"`
	// Username goes with either Password or PasswordFile.
	Username     string `yaml:"username,omitempty"`
	Password     Secret `yaml:"password,omitempty"`
	PasswordFile string `yaml:"password_file,omitempty"`
	// APIKey is an Artifactory API key.
	APIKey Secret `yaml:"api_key,omitempty"`
	// OIDC is nil unless the form is in use.
	OIDC *OIDC `yaml:"oidc,omitempty"`
	// RealmHosts are the hosts beside the server's own, with their ports unless
	// those are the usual ones, where credentials may be exchanged for a token.
	RealmHosts []string `yaml:"realm_hosts,omitempty"`
}

// OIDC exchanges an identity token for an access token.
type OIDC struct {
	// Provider is the name of the OIDC integration on the server.
	Provider string `yaml:"provider"`
	// TokenFile names the file that holds the identity token; it is read again
	// for each exchange.
	TokenFile string `yaml:"token_file"`
	// Audience is sent along unless it is empty.
	Audience string `yaml:"audience"`
}

func (a *Auth) check(key string, p *problems) {
	a.checkEmpty(key, p)
	forms := present(key, p, "token", "token_file", "username", "api_key", "oidc")
	if len(forms) > 1 {
		p.add(key, "expected one form of login, got %s", strings.Join(forms, " and "))
	}
	checkPassword(key, p)
	a.checkRealmHosts(key, p)
	a.OIDC.check(child(key, "oidc"), p)
	if strings.ContainsFunc(a.Token.Reveal(), unicode.IsSpace) {
		p.add(child(key, "token"), "expected a token without spaces")
	}
	if strings.ContainsFunc(a.APIKey.Reveal(), unicode.IsSpace) {
		p.add(child(key, "api_key"), "expected a key without spaces")
	}
	if strings.Contains(a.Username, ":") {
		p.add(child(key, "username"), "expected a name without a colon")
	}
}

func (o *OIDC) check(key string, p *problems) {
	if o == nil {
		return
	}
	if o.Provider == "" {
		p.add(child(key, "provider"), "expected the name of an OIDC integration of the server")
	}
	if o.TokenFile == "" {
		p.add(child(key, "token_file"), "expected the name of a file with an identity token")
	}
}

// checkRealmHosts reports what is not a host with or without a port.
func (a *Auth) checkRealmHosts(key string, p *problems) {
	for i, host := range a.RealmHosts {
		if u, err := url.Parse("https://" + host); err != nil || u.Host != host || u.Hostname() == "" {
			p.add(item(child(key, "realm_hosts"), i), "expected a host, with a port unless it is the usual one, and without https://")
		}
	}
}

// checkEmpty reports keys that are there and say nothing: an empty variable
// must not turn a login into anonymous access.
func (a *Auth) checkEmpty(key string, p *problems) {
	for name, empty := range map[string]bool{
		"token":         a.Token == "",
		"token_file":    a.TokenFile == "",
		"username":      a.Username == "",
		"password":      a.Password == "",
		"password_file": a.PasswordFile == "",
		"api_key":       a.APIKey == "",
	} {
		if empty && p.has(child(key, name)) {
			p.add(child(key, name), "expected a value, got an empty one: leave the key out for anonymous access")
		}
	}
}

// checkPassword reports a username without exactly one password, and a
// password without a username.
func checkPassword(key string, p *problems) {
	passwords := present(key, p, "password", "password_file")
	named := p.has(child(key, "username"))
	switch {
	case len(passwords) > 1:
		p.add(key, "expected password or password_file, got both")
	case named && len(passwords) == 0:
		p.add(child(key, "username"), "expected password or password_file beside it")
	case !named && len(passwords) > 0:
		p.add(child(key, passwords[0]), "expected username beside it")
	}
}

// present lists those of the names that the file has under key.
func present(key string, p *problems, names ...string) []string {
	var found []string
	for _, name := range names {
		if p.has(child(key, name)) {
			found = append(found, name)
		}
	}
	return found
}
