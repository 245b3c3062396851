package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/webhook"
)

// holders are the repositories that hold the files of others, as reports tell.
type holders map[reconcile.End]string

func holdersOf(r *report.Report) holders {
	found := holders{}
	for _, p := range r.Pairs {
		for _, e := range []report.End{p.Source, p.Target} {
			if e.Holder != "" {
				found[reconcile.End{Server: e.Server, Repository: e.Repository}] = e.Holder
			}
		}
	}
	return found
}

// is tells whether an end of a pair is what an event calls by that key. Events
// do not tell their server reliably: the same key on two servers is both.
func (h holders) is(e reconcile.End, key string) bool {
	return key != "" && (e.Repository == key || h[e] == key)
}

// concern returns the pairs that events concern, each narrowed to the images
// that they name. What comes to a target goes on in the pairs it is a source of.
func concern(pairs []reconcile.Pair, known holders, events []webhook.Event) []reconcile.Pair {
	var concerned []reconcile.Pair
	come := map[string]map[string]bool{} // images by the repository that they came to
	for _, p := range pairs {
		images, whole := touched(p, known, events)
		for repository, arrived := range come {
			if p.Match == plan.MatchPath && known.is(p.Source, repository) {
				maps.Copy(images, arrived)
			}
		}
		maps.DeleteFunc(images, func(image string, _ bool) bool { return !selected(p, image) })
		if !whole && len(images) == 0 {
			continue
		}
		key := p.Target.Repository
		if known[p.Target] != "" {
			key = known[p.Target]
		}
		if come[key] == nil {
			come[key] = map[string]bool{}
		}
		maps.Copy(come[key], images)
		if !whole {
			p.Include, p.Exclude = literally(images), nil
		}
		concerned = append(concerned, p)
	}
	return concerned
}

func literally(images map[string]bool) []string {
	var globs []string
	for _, image := range slices.Sorted(maps.Keys(images)) {
		globs = append(globs, reconcile.Literal(image))
	}
	return globs
}

// touched returns the images at a pair's target that events name, or that any
// may be meant: where images are matched by digest, a path at the source says
// nothing of the path at the target. Of what is pushed to such a source only
// attachments matter: an image has to be promoted before it is the target's.
func touched(p reconcile.Pair, known holders, events []webhook.Event) (images map[string]bool, whole bool) {
	images = map[string]bool{}
	for _, e := range events {
		switch {
		case known.is(p.Target, e.Repository), known.is(p.Target, e.TargetRepository) && p.Match == plan.MatchPath:
			images[e.Image] = true
		case known.is(p.Target, e.TargetRepository):
			whole = true
		case !known.is(p.Source, e.Repository) && !known.is(p.Source, e.TargetRepository):
		case p.Match == plan.MatchPath:
			images[e.Image] = true
		default:
			whole = whole || attaches(e.Tag)
		}
	}
	return images, whole
}

// attaches tells of a tag that may be an attachment's: a referrer has none but
// its digest, and its index has one named after its subject.
func attaches(tag string) bool {
	if _, ok := cosign.ParseTag(tag); ok {
		return true
	}
	if _, ok := cosign.ParseFallbackTag(tag); ok {
		return true
	}
	return tag == "" || strings.HasPrefix(tag, "sha256:")
}

// selected tells whether a pair is about an image at its target.
func selected(p reconcile.Pair, image string) bool {
	matches := func(globs []string) bool {
		return slices.ContainsFunc(globs, func(glob string) bool { return doublestar.MatchUnvalidated(glob, image) })
	}
	return (len(p.Include) == 0 || matches(p.Include)) && !matches(p.Exclude)
}
