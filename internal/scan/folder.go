package scan

import (
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// digestFolder reads the name of a folder for a manifest that was pushed by digest.
func digestFolder(name string) (oci.Digest, bool) {
	for _, prefix := range []string{digestPrefix, cacheDigestPrefix} {
		if digits, ok := strings.CutPrefix(name, prefix); ok {
			d, err := oci.ParseHex(digits)
			return d, err == nil
		}
	}
	return oci.Digest{}, false
}

// isInternal tells of folders with the server's own indexes and with what
// uploads left behind. No image is called so: a name starts with a letter or digit.
func isInternal(path string) bool {
	if !strings.HasPrefix(path, metadata) && !strings.Contains(path, uploads) {
		return false // as nearly all are
	}
	first := true
	for folder := range strings.SplitSeq(path, "/") {
		if folder == uploads || first && folder == metadata {
			return true
		}
		first = false
	}
	return false
}

func cutLast(path string) (dir, name string, ok bool) {
	n := strings.LastIndexByte(path, '/')
	if n < 0 {
		return "", "", false
	}
	return path[:n], path[n+1:], true
}
