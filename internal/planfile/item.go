package planfile

import (
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// ItemOf writes down a relation's action, and how it would go.
func ItemOf(r *plan.Relation, by Transport) Item {
	a := r.Action
	item := Item{
		Image: r.Image, Tags: slices.Clone(r.Tags), Subject: r.Subject, Family: r.Family,
		Attachment: Attachment{Tag: tagOf(r), ArtifactType: r.ArtifactType, VerifiedBy: slices.Clone(r.VerifiedBy)},
		State:      r.State, Action: actionOf(a), Transport: by,
		Source: Manifest{Image: a.SourceImage, Digest: a.Source},
		Target: Manifest{Image: a.TargetImage, Digest: found(a)},
		Result: a.Manifest,
	}
	for _, f := range a.Files {
		item.Files = append(item.Files, f.Digest)
	}
	return item
}

// tagOf is the tag of a relation's attachment; "" where that is a referrer.
func tagOf(r *plan.Relation) string {
	if r.Referrer {
		return ""
	}
	return r.Tag().String()
}

func actionOf(a *plan.Action) Action {
	switch a.Mend {
	case plan.Repair:
		return Repair
	case plan.Update:
		return Update
	case plan.Merge:
		return Merge
	default:
		return Copy
	}
}

// found is the manifest that an action finds at the target; zero where it finds
// none. What is there of a referrer has its digest.
func found(a *plan.Action) oci.Digest {
	switch {
	case a.Overwrites():
		return a.Replaces
	case a.Mend == plan.Repair && (a.Referrer || !a.Brings()):
		return a.Manifest
	default:
		return oci.Digest{}
	}
}

// key names an attachment in a pair.
type key struct {
	image   string
	subject oci.Digest
	tag     string
	// referrer is the manifest of one: a subject may have many.
	referrer oci.Digest
}

// key names the item's attachment.
func (i *Item) key() key {
	k := key{image: i.Image, subject: i.Subject, tag: i.Attachment.Tag}
	if k.tag == "" {
		k.referrer = i.Result
	}
	return k
}

func keyOf(r *plan.Relation) key {
	k := key{image: r.Image, subject: r.Subject, tag: tagOf(r)}
	if r.Referrer {
		k.referrer = r.Digest
	}
	return k
}
