package outbound

import (
	"errors"
	"net/url"
	"strings"
)

// ParseBase checks the base URL of a server and takes the slash from its end.
// Its errors do not repeat it: credentials may be in it, where they do not
// belong.
func ParseBase(raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "", errors.New("parse server URL: it needs http or https and a host")
	case u.User != nil || strings.ContainsAny(raw, "?#"):
		return "", errors.New("parse server URL: credentials, a query or a fragment do not belong there")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Escape makes a path of a URL; a colon, as in digests, may stay.
func Escape(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}
