package artifactory

import "github.com/sigsync/sigsync/internal/outbound"

// Basic sends a user name with a password, a token or an API key.
func Basic(username string, password outbound.Secret) outbound.Authorizer {
	return outbound.Basic(username, password)
}

// Literal is a secret that does not change.
func Literal(value string) outbound.Secret { return outbound.Literal(value) }
