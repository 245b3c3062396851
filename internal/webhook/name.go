package webhook

import (
	"strings"
	"unicode"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// isKey tells whether a repository may be called so. It takes what the
// configuration takes, in characters that can be shown.
func isKey(s string) bool {
	return s != "" && s != "." && s != ".." && len(s) <= intake.KeyBytes &&
		!strings.ContainsAny(s, ` /\:|?*"<>`) && isPrintable(s)
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) })
}

// isImage tells whether an image may be called so: by parts of letters, digits
// and what stands between them (OCI distribution-spec 1.1, name). Artifactory
// also has images with capital letters. What else a path could be must not
// reach a query: dots that lead upwards, and what stands for other names.
func isImage(s string) bool {
	if len(s) > intake.NameBytes {
		return false
	}
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || !isAlphanumeric(part[0]) || !consistsOf(part, "._-") {
			return false
		}
	}
	return true
}

// isTag tells whether s is a tag (OCI distribution-spec 1.1, reference), or a
// digest in its place.
func isTag(s string) bool {
	if _, err := oci.ParseDigest(s); err == nil {
		return true
	}
	return s != "" && len(s) <= intake.TagBytes && (s[0] == '_' || isAlphanumeric(s[0])) && consistsOf(s, "._-")
}

func consistsOf(s, others string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && strings.IndexByte(others, s[i]) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
