package main

import (
	"context"
	"strings"
)

// runCosign copies what is attached to each image, by tag.
func runCosign(ctx context.Context, d *desk) (outcome, error) {
	only := "--only=" + strings.ReplaceAll(strings.Join(d.suffixes(), ","), ".", "")
	return d.loop(ctx, func(ctx context.Context, i item) error {
		_, _, err := d.run(ctx, "copy", only, d.source(i.Image, i.Tag), d.target(i.Image, i.Tag))
		return err
	})
}
