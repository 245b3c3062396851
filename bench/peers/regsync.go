package main

import (
	"context"
	"fmt"
	"strings"
)

// runRegsync copies the signature tags as images, with an entry for each image
// path, and looks at those tags only that the target has not: no recipe of
// regsync's that we know of sends less. It is never ended, as sigsync is not.
func runRegsync(ctx context.Context, d *desk) (outcome, error) {
	allowed := `    tags: {allow: ['sha256-[0-9a-f]{64}\.(sig|att|sbom)']}`
	if err := d.write("regsync.yaml", regsyncConfig(d, "fastCheck: true", allowed)); err != nil {
		return outcome{}, err
	}
	return d.all(ctx, 0, "once", "--missing", "-c", "regsync.yaml")
}

// runRegsyncDigestTags copies images with what is tagged for their digests. On the
// estate of traps referrers go along.
func runRegsyncDigestTags(ctx context.Context, d *desk) (outcome, error) {
	defaults := "digestTags: true"
	if d.traps {
		defaults += ", referrers: true"
	}
	if err := d.write("regsync.yaml", regsyncConfig(d, defaults, `    tags: {deny: ['sha256-.*']}`)); err != nil {
		return outcome{}, err
	}
	return d.all(ctx, d.whole, "once", "-c", "regsync.yaml")
}

// asked tells by the signature tags that were asked for, of a run that looks at all of them.
func asked(r record) int { return r.Server.Asked }

// regsyncConfig lets as many requests be under way as copies: three are regsync's default.
func regsyncConfig(d *desk, defaults, tags string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `version: 1
creds: [{registry: %q, tls: disabled, user: %s, pass: %s, reqConcurrent: %d}]
defaults: {parallel: %d, %s}
sync:
`, d.host, user, password, workers, workers, defaults)
	seen := map[string]bool{}
	for _, i := range d.items {
		if !seen[i.Image] {
			seen[i.Image] = true
			fmt.Fprintf(&b, "  - type: repository\n    source: %s/%s/%s\n    target: %s/%s/%s\n%s\n",
				d.host, sourceKey, i.Image, d.host, targetKey, i.Image, tags)
		}
	}
	return b.String()
}
