package outbound

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// Hider takes credentials out of a server's words. The zero value knows none.
type Hider struct{ pairs []string }

// Hide takes out the credentials of these requests.
func Hide(sent ...*http.Request) Hider {
	var h Hider
	for _, req := range sent {
		for _, secret := range secrets(req) {
			if len(secret) >= shortest {
				h.pairs = append(h.pairs, secret, "***")
			}
		}
	}
	return h
}

// Presentable makes a server's words fit for reports and terminals: printable,
// short, and without credentials. Badly set proxies repeat requests in their
// refusals.
func (h Hider) Presentable(words []string) []string {
	hide := strings.NewReplacer(h.pairs...)
	var fit []string
	for _, w := range words {
		fit = append(fit, Clip(hide.Replace(w)))
	}
	return fit
}

// maxMessage is how many bytes of one message are kept, for a line of a report.
const maxMessage = 1000

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
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// shortest is how many bytes a credential must have to be told from words.
const shortest = 8

// secrets are the credentials of a request in the forms in which they may be
// repeated.
func secrets(req *http.Request) []string {
	_, sent, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	_, password, _ := req.BasicAuth()
	var forms []string
	for _, s := range []string{strings.TrimRight(sent, "="), req.Header.Get(KeyHeader), password} {
		inJSON, _ := json.Marshal(s) // cannot fail: a string
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s))
		for _, quoted := range []string{strconv.Quote(s), strconv.QuoteToASCII(s), string(inJSON)} {
			forms = append(forms, strings.Trim(quoted, `"`))
		}
	}
	return forms
}
