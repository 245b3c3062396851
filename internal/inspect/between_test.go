package inspect_test

import (
	"strings"
	"testing"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

const signs = "https://sigstore.dev/cosign/sign/v1"

// between inspects a pair of two repositories. A target of nil could not be looked at.
func between(source, target *shelf, reference string, change ...func(*inspect.Options)) *inspect.Result {
	source.t.Helper()
	r, err := inspect.ParseReference(reference)
	if err != nil {
		source.t.Fatal(err)
	}
	o := inspect.Options{
		Reference: r, Version: "test", FailOn: []plan.State{plan.Missing, plan.Unknown},
		Places: []inspect.Place{
			{Server: "main", Repository: "dev", Holder: "dev", Registry: source, Inventory: source.builder.Build()},
			{Server: "main", Repository: "prod", Holder: "prod", Err: errBroken},
		},
		Pairs:  []inspect.PairOptions{{Name: "pair", Selected: true, Families: cosign.Families(), Source: 0, Target: 1}},
		Report: &report.Report{Pairs: []report.Pair{{Name: "pair"}}},
	}
	if target != nil {
		o.Places[1].Registry, o.Places[1].Inventory, o.Places[1].Err = target, target.builder.Build(), nil
	} else {
		o.Report.Pairs[0].Error = "the target could not be listed"
	}
	for _, c := range change {
		c(&o)
	}
	return inspect.Image(source.t.Context(), o)
}

// A tag of which the server does not tell what it names is not looked at: that is
// no success, wherever the rest is.
func TestTagsThatTheServerDoesNotTellOf(t *testing.T) {
	for reference, want := range map[string]int{image: report.ExitFailed, image + ":1.0": report.ExitFailed, image + ":2.0": report.ExitOK} {
		s := newShelf(t)
		s.image("2.0", 1)
		s.builder.UnreadableManifest(image, "1.0")
		r := s.look(reference)
		if r.ExitCode != want || !r.Found || (len(r.Repositories[0].Unreadable) > 0) != (want == report.ExitFailed) {
			t.Errorf("%s = exit %d, found %t, unreadable %v, want exit %d", reference, r.ExitCode, r.Found, r.Repositories[0].Unreadable, want)
		}
		if said := text(t, r, inspect.TextOptions{}); strings.Contains(said, "1.0  the server tells no digest") != (want == report.ExitFailed) {
			t.Errorf("Text(%s) = %s", reference, said)
		}
	}
}

// One side cannot be read: the other is shown with all it has, and it is no success.
func TestOneSideThatCannotBeRead(t *testing.T) {
	s := newShelf(t)
	s.bundle(s.image("1.0", 1), signs, object{"publicKey": object{"hint": "k"}})
	r := between(s, nil, image+":1.0")
	if r.ExitCode != report.ExitFailed || !r.Found || r.Repositories[1].Error == "" || r.Pairs[0].Error == "" {
		t.Errorf("exit %d, found %t, %+v, want exit %d and why", r.ExitCode, r.Found, r.Repositories[1], report.ExitFailed)
	}
	if m := r.Repositories[0].Manifests; len(m) != 1 || len(m[0].Attachments) != 1 || len(m[0].Verify) != 1 {
		t.Errorf("the side that can be read = %+v, want the image, its bundle and the command", m)
	}
}

// A referrer that both sides have is in sync where the target lists it as
// verifiers look for it: an index beside the Referrers API is none of their business.
func TestAnIndexBesideTheAPIIsNoHelp(t *testing.T) {
	for _, c := range []struct {
		name       string
		api, index bool
		want       string
	}{{"by the API", true, false, "in-sync"}, {"by both", true, true, "in-sync"}, {"by an index that nobody reads", false, true, ""}} {
		var sides [2]*shelf
		var subject, bundle oci.Digest
		for i := range sides {
			sides[i] = newShelf(t)
			subject = sides[i].image("1.0", 1)
			bundle = sides[i].bundle(subject, signs, object{"publicKey": object{"hint": "k"}})
		}
		target := sides[1]
		if !c.api {
			target.referrers = nil
		}
		if c.index {
			raw := encoded(t, object{"schemaVersion": 2, "mediaType": v1.MediaTypeImageIndex, "manifests": []object{
				{"mediaType": v1.MediaTypeImageManifest, "digest": bundle, "size": len(target.manifests[bundle.String()])},
			}})
			target.manifests[cosign.FallbackTag(subject)] = raw
			target.builder.Fallback(image, subject, oci.FromBytes(raw))
		}
		r := between(sides[0], target, image+":1.0")
		if n := len(r.Pairs[0].Relations); n != 1 || r.Pairs[0].Relations[0].State != c.want {
			t.Errorf("%s: relations = %+v, want one that is %q", c.name, r.Pairs[0].Relations, c.want)
		}
	}
}

// The image is found under any path of a source by digest, but not in what a
// folder copy left inside a signature's folder.
func TestNestedFoldersAreNoImages(t *testing.T) {
	source, target := newShelf(t), newShelf(t)
	subject := source.image("1.0", 1)
	target.image("1.0", 1)
	nested := image + "/" + cosign.Tag{Subject: subject}.String()
	source.builder.Manifest(nested, "1.0", subject, false)
	source.builder.Manifest("team/before", "1.0", subject, false)
	r := between(source, target, image+":1.0", func(o *inspect.Options) { o.Pairs[0].Match = plan.MatchDigest })
	var paths []string
	for _, m := range r.Repositories[0].Manifests {
		paths = append(paths, m.Image)
	}
	if want := image + " team/before"; strings.Join(paths, " ") != want {
		t.Errorf("the source has it under %v, want %s", paths, want)
	}
}

// Children that are there without their index are told of, as parts of it.
func TestChildrenWithoutTheirIndex(t *testing.T) {
	source, target := newShelf(t), newShelf(t)
	one, two := source.image("", 1), source.image("", 2)
	target.image("", 1)
	index := source.put("1.0", object{"mediaType": v1.MediaTypeImageIndex, "manifests": []object{
		{"digest": one, "platform": object{"os": "linux", "architecture": "amd64"}}, {"digest": two},
	}})
	r := between(source, target, image+":1.0")
	there := r.Repositories[1].Manifests
	if len(there) != 1 || there[0].Digest != index || !there[0].Absent || len(there[0].Children) != 1 {
		t.Fatalf("the target has %+v, want the index, which is not here, with the child that is", there)
	}
	if c := there[0].Children[0]; c.Digest != one || c.Absent || c.Platform != "linux/amd64" {
		t.Errorf("child = %+v, want %s of linux/amd64", c, one.Short())
	}
	if note := r.Pairs[0].Note; !strings.Contains(note, "not at the target") {
		t.Errorf("Note = %q, want that the image is not at the target", note)
	}
}

// The index that tells of the children may be in a repository that comes later.
func TestTheIndexOfChildrenThatComeFirst(t *testing.T) {
	source, target := newShelf(t), newShelf(t)
	one := source.image("", 1)
	target.image("", 1)
	index := target.put("1.0", object{"mediaType": v1.MediaTypeImageIndex, "manifests": []object{{"digest": one}}})
	r := between(source, target, image+":1.0")
	if m := r.Repositories[0].Manifests; len(m) != 1 || m[0].Digest != index || !m[0].Absent || len(m[0].Children) != 1 {
		t.Errorf("the source has %+v, want the index, which is not here, with the child that is", m)
	}
}
