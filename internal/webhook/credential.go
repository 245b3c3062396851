package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
)

// authHeader carries the secret, or a signature that is made with it.
const authHeader = "X-Jfrog-Event-Auth"

// credential is what a request shows to prove where it comes from.
type credential struct{ given string }

// credentialOf returns what a request shows. Two are as good as none: which one
// counts would be up to the reader.
func credentialOf(h http.Header) credential {
	if given := h.Values(authHeader); len(given) == 1 {
		return credential{given[0]}
	}
	return credential{}
}

// isSecret tells whether it is the secret itself. Hashes are compared, so that
// the time it takes tells neither how much of it is right nor how long it is.
func (c credential) isSecret(secret string) bool {
	given, want := sha256.Sum256([]byte(c.given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(given[:], want[:]) == 1
}

// signature reads it as a signature: the HMAC-SHA256 of a body in lower-case
// hexadecimal digits. It is nil where that cannot be one, whatever the body is.
func (c credential) signature() []byte {
	sum, err := hex.DecodeString(c.given)
	if err != nil || len(sum) != sha256.Size || hex.EncodeToString(sum) != c.given {
		return nil
	}
	return sum
}

// isSigned tells whether a signature is that of the body, made with the secret.
func isSigned(signature, body []byte, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(body) // never fails
	return hmac.Equal(signature, mac.Sum(nil))
}
