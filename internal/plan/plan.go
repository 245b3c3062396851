package plan

import (
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// Options narrow and steer the comparison of two inventories.
type Options struct {
	// Match says where the source may keep the attachments of a subject.
	Match Match
	// Families are the attachments to compare.
	Families []cosign.Family
	// Select tells whether an image path of the target is compared; nil selects all.
	Select func(image string) bool
	// All keeps the relations that need no attention in Plan.Relations too.
	All bool
}

// Match says where the source may keep the attachments of a subject.
type Match uint8

const (
	// MatchPath looks under the same image path.
	MatchPath Match = iota
	// MatchDigest looks anywhere in the source repository. What the images
	// there hold for one subject counts together.
	MatchDigest
)

// Plan is the result of comparing two inventories.
type Plan struct {
	// Subjects counts the manifests at the target that were compared; an
	// attachment's manifest is not counted.
	Subjects int
	// Counts has the number of relations by state, also of those that Relations leaves out.
	Counts map[State]int
	// Relations are sorted by image, subject and family.
	Relations []*Relation
	// Groups are the actions that would mend the relations, in order.
	Groups []Group
	// Undecided are the manifests whose content must be known to tell some
	// relations' states. Compute again with their Contents; until then those
	// relations are Unknown.
	Undecided []ManifestRef
}

// Relation is a subject at the target with one attachment that the source can
// offer for it, or a fact about a subject or an attachment alone.
type Relation struct {
	// Image is the image path at the target.
	Image string
	// Tags are the subject's tags at the target, sorted; none for an index's
	// child or an attachment.
	Tags    []string
	Subject oci.Digest
	Family  cosign.Family
	// Digest is that of the attachment's manifest at the source or, where the
	// source has none, at the target; zero where there is none.
	Digest oci.Digest
	State  State
	// Reason says what a person needs to know beyond the state.
	Reason string
	// Action would mend the relation; nil where nothing is to be done or can be.
	Action *Action
	// Held says why an action that could be done must wait; "" where there is none.
	Held string
}

// Lacking tells whether the target is and stays without what it should have,
// even when the plan is carried out.
func (r *Relation) Lacking() bool {
	switch r.State {
	case Missing, Partial:
		return r.Action == nil
	case Unknown, Suspect:
		return true
	default:
		return false
	}
}

// Attached tells whether the relation is about an attachment that exists on
// either side. An orphan with tags is a stray manifest under an image's tag.
func (r *Relation) Attached() bool {
	stray := r.State == Orphan && len(r.Tags) > 0
	return r.State != Unsigned && !stray && !r.Subject.IsZero()
}

// Tag is the tag of the relation's attachment.
func (r *Relation) Tag() cosign.Tag { return cosign.Tag{Subject: r.Subject, Family: r.Family} }

// Group holds the actions of one image manifest or index and of everything
// attached to it. They run one after the other: what comes later depends on
// what came before.
type Group struct {
	// Stage orders groups: all of a lower stage end before a higher one
	// starts, so that an index follows its children. Stage 0 has no indexes.
	Stage int
	// Image and Subject name the image manifest or index at the target.
	Image   string
	Subject oci.Digest
	Actions []*Action
}

// Action copies the lacking files of one attachment from the source to the target.
type Action struct {
	Tag cosign.Tag
	// Manifest is the digest of the attachment's manifest once the action is done.
	Manifest oci.Digest
	// SourceImage and TargetImage are image paths; they differ only where
	// attachments match by digest.
	SourceImage, TargetImage string
	// Files are what is lacking at the target: blobs first, the manifest last.
	Files []File
	// Repair tells an attachment that is at the target in part from one that is not there at all.
	Repair bool
}

// File is one file of an attachment's folder.
type File struct {
	Digest oci.Digest
	// Manifest tells the manifest from a blob.
	Manifest bool
}

// ManifestRef names an attachment's manifest on one side.
type ManifestRef struct {
	Side   Side
	Image  string
	Tag    cosign.Tag
	Digest oci.Digest
}

// Side is an end of a pair.
type Side uint8

// The sides.
const (
	Source Side = iota
	Target
)

// String is the side's name in logs and errors.
func (s Side) String() string {
	if s == Source {
		return "source"
	}
	return "target"
}

// Contents says what manifests hold, by their digests.
type Contents map[oci.Digest]Content

// Content is what an attachment's manifest holds, or why that is not known.
type Content struct {
	Set   cosign.Set
	Blobs []oci.Digest
	// Problem is "" where the manifest was read.
	Problem string
}
