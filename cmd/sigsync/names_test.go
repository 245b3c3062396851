package main

import (
	"fmt"
	"regexp"
	"strings"
)

// names lets a story speak of digests by what they are of: {team/app:1.0} for
// an image, {team/app:1.0/0} for the first child of an index, and
// {team/app:1.0.sig} for its signature's manifest.
type names struct {
	byHex map[string]string
}

func newNames() *names { return &names{byHex: map[string]string{}} }

// add names a digest; the first name stays.
func (n *names) add(digest, name string) {
	hex := strings.TrimPrefix(digest, "sha256:")
	if _, known := n.byHex[hex]; !known {
		n.byHex[hex] = name
	}
}

// of returns the name of a digest.
func (n *names) of(digest string) string { return n.byHex[strings.TrimPrefix(digest, "sha256:")] }

// show puts names in the place of digests, long and short ones. What has no
// name is a blob.
func (n *names) show(text string) string {
	return regexp.MustCompile(`[0-9a-f]{64}|sha256:[0-9a-f]{12}\b`).ReplaceAllStringFunc(text, func(digest string) string {
		hex, short := strings.CutPrefix(digest, "sha256:")
		shown := "{blob}"
		for full, name := range n.byHex {
			if strings.HasPrefix(full, hex) {
				shown = "{" + name + "}"
			}
		}
		if short {
			return "sha256:" + shown
		}
		return shown
	})
}

// resolve puts hexadecimal digests in the place of names.
func (n *names) resolve(text string) (string, error) {
	var unknown error
	resolved := regexp.MustCompile(`\{[^{},]*\}`).ReplaceAllStringFunc(text, func(quoted string) string {
		for hex, name := range n.byHex {
			if quoted == "{"+name+"}" {
				return hex
			}
		}
		unknown = fmt.Errorf("nothing is named %s", quoted)
		return quoted
	})
	return resolved, unknown
}
