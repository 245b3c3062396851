package emulator

import (
	"net/url"
	"strconv"
	"strings"
)

// query reads a raw query the way servlets do, where a semicolon is an
// ordinary character. Bad escapes stay as they are.
func query(raw string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		if key, value, _ := strings.Cut(pair, "="); key != "" {
			values.Add(unescapeQuery(key), unescapeQuery(value))
		}
	}
	return values
}

func unescapeQuery(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// integer reads an integer parameter. The error is strconv's.
func integer(q url.Values, name string, otherwise int) (int, error) {
	if !q.Has(name) {
		return otherwise, nil
	}
	return strconv.Atoi(q.Get(name))
}

// negotiate picks the content type of a JSON answer: the server's own type,
// or plain JSON where the client asks for that. It is not ok if the client
// accepts neither.
func negotiate(accept, own string) (contentType string, ok bool) {
	if strings.TrimSpace(accept) == "" {
		return own, true
	}
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(part, ";")
		switch kind = strings.TrimSpace(kind); {
		case kind == "application/json":
			return kind, true
		case kind == "*/*", kind == "application/*", strings.HasPrefix(kind, "application/vnd.org.jfrog.artifactory."):
			return own, true
		}
	}
	return "", false
}
