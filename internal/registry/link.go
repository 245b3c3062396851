package registry

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
)

// next is the URL of the page that comes after the one at own, as the answer's
// Link says. There is more where linked is true, even if found is nil, which is
// a Link that leads nowhere.
//
// A Link is never followed to another host. One that ends like own is own with
// another query: behind a proxy, and where a repository is a part of the path,
// servers do not know the URL that they are called by.
func next(own *url.URL, suffix string, header http.Header) (found *url.URL, linked bool) {
	for _, link := range links(header) {
		target, parameters, closed := strings.Cut(link, ">")
		if relation, ok := relation(parameters); ok && relation != "next" {
			continue
		}
		linked = true
		target, opened := strings.CutPrefix(strings.TrimSpace(target), "<")
		u, err := own.Parse(target)
		if err != nil || !opened || !closed || len(target) > intake.LinkBytes {
			continue
		}
		switch {
		case u.RawQuery == "":
			continue // the first page again
		case strings.HasSuffix(u.Path, suffix):
			query := u.RawQuery
			u = new(*own)
			u.RawQuery = query
		case !sameOrigin(own, u):
			continue
		}
		return u, true
	}
	return nil, linked
}

// links are the entries of a header, which separates them by commas as URLs
// may have them.
func links(header http.Header) []string {
	var entries []string
	for _, line := range header.Values("Link") {
		start, inside := 0, false
		for i, r := range line {
			switch {
			case r == '<':
				inside = true
			case r == '>':
				inside = false
			case r == ',' && !inside:
				entries = append(entries, line[start:i])
				start = i + 1
			}
		}
		entries = append(entries, line[start:])
	}
	return entries
}

// relation reads the parameter rel.
func relation(parameters string) (string, bool) {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`)), true
		}
	}
	return "", false
}
