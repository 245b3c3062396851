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

// with adds what a report tells. A pair that could not be looked at tells
// nothing: what is known of its ends stays.
func (h holders) with(r *report.Report) holders {
	found := maps.Clone(h)
	for _, p := range r.Pairs {
		if p.Error != "" {
			continue
		}
		for _, e := range []report.End{p.Source, p.Target} {
			end := reconcile.End{Server: e.Server, Repository: e.Repository}
			delete(found, end)
			if e.Holder != "" {
				found[end] = e.Holder
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

// of is where the files of an end are: its own key where nothing else is known.
func (h holders) of(e reconcile.End) reconcile.End {
	if holder := h[e]; holder != "" {
		e.Repository = holder
	}
	return e
}

// extent is which images of a repository events are about.
type extent struct {
	images map[string]bool
	// whole tells that it may be any of them.
	whole bool
}

// concern returns the pairs that events concern, each narrowed to the images
// that they name. What comes to a target goes on in the pairs it is a source of.
func concern(pairs []reconcile.Pair, known holders, events []webhook.Event) []reconcile.Pair {
	attaching := slices.ContainsFunc(events, func(e webhook.Event) bool { return attaches(e.Tag) })
	var concerned []reconcile.Pair
	come := map[reconcile.End]*extent{}
	for _, p := range pairs {
		about := touched(p, known, events)
		if before := come[known.of(p.Source)]; before != nil {
			about.follow(p, before, attaching)
		}
		maps.DeleteFunc(about.images, func(image string, _ bool) bool { return !selected(p, image) })
		if !about.whole && len(about.images) == 0 {
			continue
		}
		if about.whole = about.whole || len(about.images) > mostImages; !about.whole {
			p.Include, p.Exclude = literally(about.images), nil
		}
		concerned = append(concerned, p)
		if before := come[known.of(p.Target)]; before != nil {
			maps.Copy(about.images, before.images)
			about.whole = about.whole || before.whole
		}
		come[known.of(p.Target)] = about
	}
	return concerned
}

// mostImages is how many images a pair is narrowed to: with more, its listing is
// of everything anyway, and every image would be held against each of them.
const mostImages = 200

// follow adds what an earlier pair may bring to the source.
func (x *extent) follow(p reconcile.Pair, before *extent, attaching bool) {
	x.whole = x.whole || before.whole
	if p.Match == plan.MatchPath {
		maps.Copy(x.images, before.images)
	} else {
		x.whole = x.whole || attaching
	}
}

func literally(images map[string]bool) []string {
	var globs []string
	for _, image := range slices.Sorted(maps.Keys(images)) {
		globs = append(globs, reconcile.Literal(image))
	}
	return globs
}

// touched returns the images at a pair's target that events name. Where images
// are matched by digest, a path at the source says nothing of the path at the
// target. Of what is pushed to such a source only attachments matter: an image
// has to be promoted before it is the target's.
func touched(p reconcile.Pair, known holders, events []webhook.Event) *extent {
	about := &extent{images: map[string]bool{}}
	for _, e := range events {
		switch {
		case known.is(p.Target, e.Repository), known.is(p.Target, e.TargetRepository) && p.Match == plan.MatchPath:
			about.images[e.Image] = true
		case known.is(p.Target, e.TargetRepository):
			about.whole = true
		case !known.is(p.Source, e.Repository) && !known.is(p.Source, e.TargetRepository):
		case p.Match == plan.MatchPath:
			about.images[e.Image] = true
		default:
			about.whole = about.whole || attaches(e.Tag)
		}
	}
	return about
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
