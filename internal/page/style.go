package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
)

//go:embed style.css
var style string

// Style is the style sheet that all pages have. Its colours are in it once, for
// light and for dark, and can be read by who sees contrasts badly.
func Style() string { return style }

// Hash is the source of a content security policy that allows just that style or
// script (CSP 3, section 2.3.1).
func Hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
