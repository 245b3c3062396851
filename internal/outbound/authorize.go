package outbound

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

// Authorizer adds credentials to a request.
type Authorizer func(*http.Request) error

// Secret returns a credential, read anew where it may have changed.
type Secret func() (string, error)

// Literal is a secret that does not change.
func Literal(value string) Secret { return func() (string, error) { return value, nil } }

// FromFile reads a secret from a file for every request: mounted secrets and
// projected tokens change while a program runs, and a file of that size costs
// less than knowing whether it did.
func FromFile(path string) Secret {
	return func() (string, error) {
		content, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read credentials: %w", err)
		}
		value := strings.TrimSpace(string(content))
		if value == "" {
			return "", fmt.Errorf("read credentials: %s is empty", path)
		}
		return value, nil
	}
}

// Bearer sends an access, identity or reference token.
func Bearer(token Secret) Authorizer {
	return withSecret(token, func(r *http.Request, value string) { r.Header.Set("Authorization", "Bearer "+value) })
}

// Basic sends a user name with a password, a token or an API key.
func Basic(username string, password Secret) Authorizer {
	return withSecret(password, func(r *http.Request, value string) { r.SetBasicAuth(username, value) })
}

// KeyHeader is Artifactory's own header for API keys.
const KeyHeader = "X-JFrog-Art-Api"

// APIKey sends a key in Artifactory's own header.
func APIKey(key Secret) Authorizer {
	return withSecret(key, func(r *http.Request, value string) { r.Header.Set(KeyHeader, value) })
}

// Identity tells the credentials of a request apart from others; "" is none.
func Identity(r *http.Request) string { return r.Header.Get("Authorization") + r.Header.Get(KeyHeader) }

func withSecret(secret Secret, set func(*http.Request, string)) Authorizer {
	return func(r *http.Request) error {
		value, err := secret()
		if err != nil {
			return err
		}
		set(r, value)
		return nil
	}
}
