package doctor

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// ReadToken returns what an access token says of itself, which nobody verifies
// here: the user's name, "" where it says none, and its end, zero where it has
// none. Not every token says anything.
func ReadToken(token string) (user string, ends time.Time) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", time.Time{}
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Subject string  `json:"sub"`
		Expires float64 `json:"exp"` // seconds
	}
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return "", time.Time{}
	}
	// A service's token has no /users/ in it.
	if _, name, ok := strings.Cut(claims.Subject, "/users/"); ok {
		user = outbound.Clip(name)
	}
	const latest = 1 << 36 // the year 4147
	if claims.Expires > 0 && claims.Expires < latest {
		ends = time.Unix(int64(claims.Expires), 0)
	}
	return user, ends
}
