package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// takesGzip tells whether a client wants an answer compressed (RFC 9110, 12.5.3).
func takesGzip(h http.Header) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return wanted(weight)
		}
	}
	return false
}

// wanted tells whether a weight, as in "q=0.5", is above 0. None is 1.
func wanted(weight string) bool {
	_, value, ok := strings.Cut(weight, "=")
	if !ok {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && q > 0
}

// has tells whether a client has one of the entity tags already. They are
// compared weakly (RFC 9110, 13.1.2): both forms of a report say the same.
func has(h http.Header, tags ...string) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values("If-None-Match"), ","), ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == "*" || slices.Contains(tags, item) {
			return true
		}
	}
	return false
}
