package seed

import "github.com/sigsync/sigsync/internal/emulator/tree"

// Cases is one of each thing that a sync of two repositories may meet, made
// small: a run over it sends every kind of request.
type Cases struct {
	// Source and Target are repository keys.
	Source, Target string
	// SourceAPI tells that the source has the Referrers API; else it keeps
	// indexes under tags.
	SourceAPI bool
}

// The images of Cases.
const (
	// CaseIndex is an index of two platforms, all of them signed, the index by
	// two signers; with an attestation, and an SBOM that is signed.
	CaseIndex = "team/index"
	// CaseBundled has a signature and an attestation as cosign 3 makes them.
	CaseBundled = "team/bundled"
	// CaseUnsigned has nothing on either side.
	CaseUnsigned = "team/unsigned"
	// CaseSame has the same signature on both sides.
	CaseSame = "team/same"
	// CaseStale has one of two signatures at the target.
	CaseStale = "team/stale"
	// CaseDiverged has two signatures on each side, one of them the same.
	CaseDiverged = "team/diverged"
)

// Seed fills the two repositories.
func (c Cases) Seed(s *tree.Store) {
	index := PushIndex(s, c.Source, CaseIndex, "1.0", CaseIndex, 2)
	Sign(s, c.Source, CaseIndex, index.Digest, "alice", "bob")
	for _, child := range index.Children {
		Sign(s, c.Source, CaseIndex, child.Digest, "alice")
	}
	Attest(s, c.Source, CaseIndex, index.Digest, "https://slsa.dev/provenance/v1")
	Sign(s, c.Source, CaseIndex, AttachSBOM(s, c.Source, CaseIndex, index.Digest, "parts"), "alice")
	c.promote(s, CaseIndex)

	bundled := Push(s, c.Source, CaseBundled, "1.0", CaseBundled)
	var made []string
	for _, predicate := range []string{SignPredicate, "https://slsa.dev/provenance/v1"} {
		made = append(made, Bundle(c.Source, CaseBundled, bundled.Digest, predicate, "alice").Place(s))
	}
	c.list(s, bundled, made)
	c.promote(s, CaseBundled)

	Push(s, c.Source, CaseUnsigned, "1.0", CaseUnsigned)
	c.promote(s, CaseUnsigned)
	c.sides(s, CaseSame, []string{"alice"}, []string{"alice"})
	c.sides(s, CaseStale, []string{"alice", "bob"}, []string{"alice"})
	c.sides(s, CaseDiverged, []string{"alice", "bob"}, []string{"bob", "carol"})
}

// sides signs an image on both sides. A payload names its repository, and
// signatures of two repositories would never be the same: all are made at the
// source.
func (c Cases) sides(s *tree.Store, image string, here, there []string) {
	pushed := Push(s, c.Source, image, "1.0", image)
	c.promote(s, image)
	Sign(s, c.Source, image, pushed.Digest, there...)
	tag := attachmentAt(c.Source, image, pushed.Digest, ".sig").Reference
	Promote(s, c.Source, image, tag, c.Target, image, tag)
	Sign(s, c.Source, image, pushed.Digest, here...)
}

func (c Cases) promote(s *tree.Store, image string) {
	Promote(s, c.Source, image, "1.0", c.Target, image, "1.0")
}

// list has the source list referrers in its way. At the target's side they are missing.
func (c Cases) list(s *tree.Store, subject Image, referrers []string) {
	if !c.SourceAPI {
		Fallback{Repo: c.Source, Image: subject.Path, Subject: subject.Digest, Referrers: referrers}.Push(s)
		return
	}
	for _, digest := range referrers {
		List(s, c.Source, subject.Path, digest)
	}
}
