package main

import (
	"context"
	"strings"
)

// runCrane looks up the digest of each image, and copies the tags named after it.
func runCrane(ctx context.Context, d *desk) (outcome, error) {
	return d.loop(ctx, func(ctx context.Context, i item) error {
		digest, code, err := d.run(ctx, "digest", d.source(i.Image, i.Tag))
		if err != nil || code != 0 {
			return err
		}
		return d.each(digest, func(tag string) error {
			_, _, err := d.run(ctx, "copy", d.source(i.Image, tag), d.target(i.Image, tag))
			return err
		})
	})
}

// each calls do for the tag of each kind of attachment to a digest.
func (d *desk) each(digest string, do func(tag string) error) error {
	for _, suffix := range d.suffixes() {
		if err := do(strings.Replace(strings.TrimSpace(digest), ":", "-", 1) + suffix); err != nil {
			return err
		}
	}
	return nil
}
