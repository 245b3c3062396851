package main

import "context"

// runOras copies tags named after the digest of each image: to oras they are
// images, and nothing that belongs to another.
func runOras(ctx context.Context, d *desk) (outcome, error) {
	return d.loop(ctx, func(ctx context.Context, i item) error {
		digest, code, err := d.run(ctx, "resolve", "--plain-http", d.source(i.Image, i.Tag))
		if err != nil || code != 0 {
			return err
		}
		return d.each(digest, func(tag string) error { return d.orasCopy(ctx, i.Image, tag) })
	})
}

// runOrasRecursive copies each image with its referrers, as cosign's own notice on
// its copy command says.
func runOrasRecursive(ctx context.Context, d *desk) (outcome, error) {
	return d.loop(ctx, func(ctx context.Context, i item) error { return d.orasCopy(ctx, i.Image, i.Tag, "-r") })
}

func (d *desk) orasCopy(ctx context.Context, image, tag string, flags ...string) error {
	args := append([]string{"cp", "--from-plain-http", "--to-plain-http", "--no-tty"}, flags...)
	_, _, err := d.run(ctx, append(args, d.source(image, tag), d.target(image, tag))...)
	return err
}
