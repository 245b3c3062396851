package plan

import (
	"cmp"
	"slices"

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
	// Referrers is what was found out about referrers; nil where nobody asked.
	Referrers *Referrers
	// Search says how far to look for referrers.
	Search Search
	// Thorough has manifests read that both sides have, where one of them may
	// sign an image without a .sig tag.
	Thorough bool
	// Difference says what becomes of sets of signatures that differ.
	Difference Difference
	// Lonely copies the attestation bundles of an image that has a .sig tag and
	// no signature bundle; without it they are held: cosign 2.6.3 and later read
	// no .sig where there is any bundle.
	Lonely bool
	// Strays has the target's tagged manifests that are those of attachments; nil
	// looks for them on both sides.
	Strays map[Place]bool
	// Filling tells that the source is filled by others at the same time: what it
	// has under other image paths may be there or not.
	Filling bool
	// Read makes the content of every attachment that is to be written a
	// condition: it is Undecided until it was read.
	Read bool
	// Narrowed tells that not all image paths of the source were listed: another
	// may hold what this one lacks.
	Narrowed bool
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

// Search says how far to look for referrers.
type Search uint8

const (
	// SearchAuto looks where the listings show manifests that may be referrers.
	SearchAuto Search = iota
	// SearchAlways looks for those of every subject.
	SearchAlways
	// SearchNever does not look.
	SearchNever
)

// Difference says what becomes of sets of signatures that differ.
type Difference uint8

const (
	// DifferenceReport reports them.
	DifferenceReport Difference = iota
	// DifferenceUpdate replaces a set by its superset.
	DifferenceUpdate
	// DifferenceMerge does that too, and writes the union of sets of which
	// neither holds the other.
	DifferenceMerge
)

// Plan is the result of comparing two inventories.
type Plan struct {
	// Subjects counts the manifests at the target that were compared; an
	// attachment's manifest is not counted.
	Subjects int
	// Prefixes have the Coverage of the subjects by the first segment of their
	// image paths, sorted.
	Prefixes []PrefixCoverage
	// Counts has the number of relations by state, also of those that Relations leaves out.
	Counts map[State]int
	// Relations are sorted by image, subject and family.
	Relations []*Relation
	// Groups are the actions that would mend the relations, in order.
	Groups []Group
	// Unread counts the tagged images without a .sig tag of which nobody knows
	// whether a referrer that both sides have signs them.
	Unread int
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
	// Referrer tells a referrer from an attachment with a tag.
	Referrer bool
	// ArtifactType is a referrer's; "" where it has none.
	ArtifactType string
	// VerifiedBy names the keys that verified the attachment's signatures.
	VerifiedBy []string
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
	// Decides tells that the subject is counted in the Coverage for this state.
	Decides bool
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

// Compare orders relations by image, subject and family.
func (r *Relation) Compare(s *Relation) int {
	return cmp.Or(cmp.Compare(r.Image, s.Image), r.Subject.Compare(s.Subject),
		cmp.Compare(r.Family, s.Family), slices.Compare(r.Tags, s.Tags), r.Digest.Compare(s.Digest))
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

// Action brings one attachment, or the lacking files of one, from the source to the target.
type Action struct {
	// Mend says what it does to what is at the target.
	Mend Mend
	// Tag has the subject and the family. It is the name of the attachment
	// unless that is a referrer, which has none.
	Tag      cosign.Tag
	Referrer bool
	// Manifest is the digest of the attachment's manifest once the action is done.
	Manifest oci.Digest
	// SourceImage and TargetImage are image paths; they differ only where
	// attachments match by digest.
	SourceImage, TargetImage string
	// Files are what is lacking at the target: blobs first, the manifest last.
	Files []File
	// Source is the digest of the attachment's manifest at the source.
	Source oci.Digest
	// Replaces is the manifest that an update or a merge finds at the target.
	Replaces oci.Digest
	// Union and UnionConfig are the manifest and the config that a merge
	// writes; the layers are at the source or at the target.
	Union, UnionConfig []byte
}

// Mend is what an action does to what is at the target.
type Mend uint8

// The ways to mend an attachment.
const (
	// Copy brings what is not there.
	Copy Mend = iota
	// Repair completes what is there in part.
	Repair
	// Update replaces a set of signatures by its superset.
	Update
	// Merge replaces a set of signatures by its union with the source's.
	Merge
)

// Overwrites tells whether the action replaces what is there.
func (a *Action) Overwrites() bool { return a.Mend == Update || a.Mend == Merge }

// Brings tells whether the action brings the attachment's manifest.
func (a *Action) Brings() bool {
	return slices.ContainsFunc(a.Files, func(f File) bool { return f.Manifest })
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
	// Inspect asks for an Inspection too.
	Inspect bool
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
	// Raw are the manifest's bytes.
	Raw []byte
	// Problem is "" where the manifest was read.
	Problem string
	// Inspections are what was found out about the manifest as the attachment of
	// that name: one manifest may be stored for several subjects.
	Inspections map[cosign.Tag]Inspection
}

// Inspection is what the content of an attachment says of it.
type Inspection struct {
	// Suspect says why the attachment must stay behind; "" where it need not.
	Suspect string
	// VerifiedBy names the keys that verified its signatures.
	VerifiedBy []string
	// Note is what a person should know of an attachment that is copied all the same.
	Note string
	// Problem is "" where the content was read.
	Problem string
}
