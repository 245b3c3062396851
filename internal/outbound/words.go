package outbound

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/sigsync/sigsync/internal/intake"
)

// Hider takes credentials out of a server's words. The zero value knows none.
type Hider struct{ pairs []string }

// Hide takes out the credentials of these requests.
func Hide(sent ...*http.Request) Hider {
	var h Hider
	for _, req := range sent {
		_, value, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		_, password, _ := req.BasicAuth()
		h = h.With(strings.TrimRight(value, "="), req.Header.Get(KeyHeader), password)
	}
	return h
}

// With takes out these secrets too, in the forms in which they may be repeated.
func (h Hider) With(secrets ...string) Hider {
	for _, s := range secrets {
		for _, form := range forms(s) {
			if len(form) >= shortest {
				h.pairs = append(h.pairs, form, "***")
			}
		}
	}
	return h
}

// Presentable makes a server's words fit for reports and terminals: printable,
// short, few, and without credentials. Badly set proxies repeat requests in their
// refusals.
func (h Hider) Presentable(words []string) []string {
	hide := strings.NewReplacer(h.pairs...)
	var fit []string
	for n, w := range words {
		if n == intake.Messages {
			return append(fit, fmt.Sprintf("and %d messages more", len(words)-n))
		}
		fit = append(fit, Clip(hide.Replace(w)))
	}
	return fit
}

// Clip keeps a message printable and short: it comes from outside and goes to
// a terminal.
func Clip(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	text = strings.TrimSpace(text)
	if len(text) > intake.MessageBytes {
		text = strings.ToValidUTF8(text[:intake.MessageBytes], "") + "…"
	}
	return text
}

// shortest is how many bytes a credential must have to be told from words.
const shortest = 8

func forms(secret string) []string {
	inJSON, _ := json.Marshal(secret) // cannot fail: a string
	found := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	for _, quoted := range []string{strconv.Quote(secret), strconv.QuoteToASCII(secret), string(inJSON)} {
		found = append(found, strings.Trim(quoted, `"`))
	}
	return found
}
