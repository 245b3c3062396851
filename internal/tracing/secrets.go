package tracing

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// shortest is how many bytes a secret must have to be told from words.
const shortest = 8

// hider takes out of a text what the environment says to prove oneself to the
// collector with, in the forms in which it may be repeated: an answer may tell
// what it was asked.
func (e environment) hider() *strings.Replacer {
	var pairs []string
	for _, secret := range e.secrets() {
		for _, form := range forms(secret) {
			if len(form) >= shortest {
				pairs = append(pairs, form, "***")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// secrets are the values of headers, whole and in words, and the paths of
// endpoints: some who take in traces know their customers by them.
func (e environment) secrets() []string {
	var found []string
	for _, name := range headers() {
		for header := range strings.SplitSeq(e.value(name), ",") {
			_, value, _ := strings.Cut(header, "=")
			if plain, err := url.PathUnescape(value); err == nil { // else it is not sent
				found = append(append(found, plain), strings.Fields(plain)...)
			}
		}
	}
	for _, name := range endpoints() {
		if endpoint, err := url.Parse(e.value(name)); err == nil {
			found = append(found, strings.TrimSuffix(endpoint.Path, "/v1/traces"))
		}
	}
	return found
}

func forms(secret string) []string {
	secret = strings.TrimSpace(secret)
	inJSON, _ := json.Marshal(secret) // cannot fail: a string
	found := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	for _, quoted := range []string{strconv.Quote(secret), strconv.QuoteToASCII(secret), string(inJSON)} {
		found = append(found, strings.Trim(quoted, `"`))
	}
	return found
}
