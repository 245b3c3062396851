package plan

import (
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	reasonNotRead    = "the manifest has not been read"
	reasonUnreadable = "the server tells no SHA-256 for the %s's manifest"
)

// missing judges an attachment that only the source has. Where its folder looks
// whole it is copied as it is: a copy inside the server downloads nothing.
func (c *computation) missing(source attachment) verdict {
	wanted := source.blobs()
	if c.options.Read || !source.complete() || source.flags&manifestUnreadable != 0 {
		read, v := c.content(Source, source)
		if v != nil {
			return *v
		}
		if lacking := source.lacks(read.Blobs); len(lacking) > 0 {
			return verdict{state: Missing, reason: incompleteSource(lacking)}
		}
		wanted = read.Blobs
	}
	return c.trusted(verdict{state: Missing, files: files(wanted, source.digest())}, source)
}

// trusted turns a verdict that the source's attachment is to be written into
// suspect where its content says that it must not be. What passes through
// sigsync has been looked into before.
func (c *computation) trusted(v verdict, source attachment) verdict {
	if !c.options.Read && v.mend != Update && v.mend != Merge {
		return v
	}
	found, known := c.contents[source.digest()].Inspections[source.tag()]
	switch {
	case !known:
		c.wish(Source, source, true)
		return verdict{state: Unknown, reason: reasonNotRead}
	case found.Problem != "":
		return verdict{state: Unknown, reason: found.Problem}
	case found.Suspect != "":
		return verdict{state: Suspect, reason: found.Suspect}
	}
	if v.reason == "" {
		v.reason = found.Note
	}
	v.verifiedBy = found.VerifiedBy
	return v
}

// alone judges an attachment that only the target has.
func (c *computation) alone(target attachment) verdict {
	switch {
	case target.flags&manifestUnreadable != 0:
		return verdict{state: Unknown, reason: fmt.Sprintf(reasonUnreadable, Target)}
	case target.manifest == 0:
		return verdict{state: Partial, reason: "the target has blobs without a manifest, and the source has nothing to repair it from"}
	case target.complete():
		return verdict{state: Ahead, reason: "only the target has it"}
	}
	content, v := c.content(Target, target)
	if v != nil {
		return *v
	}
	if lacking := target.lacks(content.Blobs); len(lacking) > 0 {
		return verdict{state: Partial, reason: fmt.Sprintf(
			"blob %s is not at the target, and the source has nothing to repair it from", lacking[0].Short())}
	}
	return verdict{state: Ahead, reason: "only the target has it"}
}

// compare judges an attachment that both sides have.
func (c *computation) compare(source, target attachment) verdict {
	switch {
	case target.flags&manifestUnreadable != 0:
		return verdict{state: Unknown, reason: fmt.Sprintf(reasonUnreadable, Target)}
	case target.manifest == 0:
		return c.headless(source, target)
	case source.manifest == target.manifest:
		return c.same(source, target)
	default:
		return c.differing(source, target)
	}
}

// headless judges a target that has blobs but no manifest.
func (c *computation) headless(source, target attachment) verdict {
	v := c.missing(source)
	if v.state != Missing {
		return v
	}
	v.state = Partial
	if len(v.files) == 0 {
		return v
	}
	v.reason = "the target has blobs without their manifest"
	v.files = slices.DeleteFunc(v.files, func(f File) bool { return !f.Manifest && target.hasBlob(f.Digest) })
	return guard(v, target)
}

// same judges equal manifests: only their blobs can differ. A blob that only
// the source's folder has may be a leftover of an older manifest, so the
// manifest decides.
func (c *computation) same(source, target attachment) verdict {
	if target.complete() && target.holds(source) {
		return verdict{state: InSync}
	}
	content, v := c.content(Source, source)
	if v != nil {
		return *v
	}
	if lacking := target.lacks(content.Blobs); len(lacking) > 0 {
		return c.mended(repair(source, target, lacking, content), source)
	}
	return verdict{state: InSync}
}

// mended is trusted for a verdict that may have nothing to be written.
func (c *computation) mended(v verdict, source attachment) verdict {
	if len(v.files) == 0 {
		return v
	}
	return c.trusted(v, source)
}

// differing judges different manifests by the signatures that they hold: two
// tools write the same set in different bytes.
func (c *computation) differing(source, target attachment) verdict {
	theirs, vs := c.content(Source, source)
	ours, vt := c.content(Target, target)
	if vs != nil || vt != nil {
		return *firstOf(vs, vt)
	}
	if lacking := target.lacks(ours.Blobs); len(lacking) > 0 {
		return c.mended(repair(source, target, lacking, theirs), source)
	}
	return c.settled(relation(theirs.Set, ours.Set), source, theirs, ours)
}

// settled adds to a difference what the options have done about it.
func (c *computation) settled(v verdict, source attachment, theirs, ours Content) verdict {
	merge := v.state == Diverged && c.options.Difference == DifferenceMerge
	update := v.state == Stale && c.options.Difference != DifferenceReport
	if !merge && !update {
		return v
	}
	if lacking := source.lacks(theirs.Blobs); len(lacking) > 0 {
		v.reason = incompleteSource(lacking)
		return v
	}
	if update {
		v.mend, v.files = Update, files(theirs.Blobs, source.digest())
		return c.trusted(v, source)
	}
	if source.family == cosign.SBOM {
		v.reason += "; SBOMs are not merged: a tag holds one of them"
		return v
	}
	union, config, err := cosign.Merge(theirs.Raw, ours.Raw)
	if err != nil {
		v.reason += "; " + err.Error()
		return v
	}
	merged, err := oci.ParseManifest(union)
	if err != nil {
		v.reason += "; " + err.Error()
		return v
	}
	v.mend, v.union, v.unionConfig = Merge, union, config
	v.files = files(merged.Blobs(), oci.FromBytes(union))
	return c.trusted(v, source)
}

// relation compares what the source and the target hold.
func relation(source, target cosign.Set) verdict {
	sourceHasAll, targetHasAll := source.Contains(target), target.Contains(source)
	switch {
	case sourceHasAll && targetHasAll:
		return verdict{state: InSync, reason: "the same signatures in different manifests"}
	case targetHasAll:
		return verdict{state: Ahead, reason: fmt.Sprintf("the target holds %d, the source %d of them", len(target), len(source))}
	case sourceHasAll:
		return verdict{state: Stale, reason: fmt.Sprintf("the source holds %d, the target %d of them", len(source), len(target))}
	default:
		return verdict{state: Diverged, reason: fmt.Sprintf(
			"the source holds %d and the target %d, and each lacks some of the other's", len(source), len(target))}
	}
}

// disputed judges a target where images of the source disagree about what it
// should hold. Nothing is copied: which of them is right is for people.
func (c *computation) disputed(d *dispute, target attachment) verdict {
	because := fmt.Sprintf("images %s of the source hold different signatures, and none holds all", d.images)
	switch {
	case d.open != nil:
		return *d.open
	case target.none():
		return verdict{state: Missing, reason: because}
	case target.manifest == 0:
		return verdict{state: Partial, reason: because}
	}
	content, v := c.content(Target, target)
	if v != nil {
		return *v
	}
	if lacking := target.lacks(content.Blobs); len(lacking) > 0 {
		return verdict{state: Partial, reason: fmt.Sprintf("blob %s is not at the target, and %s", lacking[0].Short(), because)}
	}
	judged := relation(d.union, content.Set)
	if judged.state != Ahead && judged.state != InSync {
		judged.reason = because
	}
	return judged
}

// repair brings what the target's manifest names and its folder lacks, if the
// source has all of it: in its folder or, where blobs are not listed, by its
// manifest, which holds theirs.
func repair(source, target attachment, lacking []oci.Digest, theirs Content) verdict {
	v := verdict{state: Partial, reason: fmt.Sprintf("blob %s is not at the target", lacking[0].Short())}
	gone := source.lacks(lacking)
	if source.flags&blobsUnlisted != 0 {
		gone = without(lacking, theirs.Blobs)
	}
	if len(gone) > 0 {
		v.reason = fmt.Sprintf("blob %s is neither at the target nor at the source", gone[0].Short())
		return v
	}
	v.files = files(lacking, oci.Digest{})
	return guard(v, target)
}

func without(digests, those []oci.Digest) []oci.Digest {
	return slices.DeleteFunc(slices.Clone(digests), func(d oci.Digest) bool { return slices.Contains(those, d) })
}

// guard drops the files of a verdict where one of them would replace a file of
// the target that has other content: nothing is ever overwritten.
func guard(v verdict, target attachment) verdict {
	damaged := target.damaged()
	for _, f := range v.files {
		if slices.Contains(damaged, f.Digest) {
			return verdict{state: v.state, reason: fmt.Sprintf(
				"the target's file sha256__%s has other content; delete it by hand", f.Digest.Hex())}
		}
	}
	return v
}

// content returns what an attachment's manifest holds, or a verdict that says
// why it is not known.
func (c *computation) content(side Side, a attachment) (Content, *verdict) {
	if a.flags&manifestUnreadable != 0 {
		return Content{}, &verdict{state: Unknown, reason: fmt.Sprintf(reasonUnreadable, side)}
	}
	content, known := c.contents[a.digest()]
	switch {
	case !known:
		c.wish(side, a, false)
		return Content{}, &verdict{state: Unknown, reason: reasonNotRead}
	case content.Problem != "":
		return Content{}, &verdict{state: Unknown, reason: content.Problem}
	default:
		return content, nil
	}
}

// wish is a manifest that must be read: for what it holds whatever its name, or
// to be inspected as the attachment of that name.
type wish struct {
	digest oci.Digest
	tag    cosign.Tag
}

// wish notes that a manifest must be read to go on.
func (c *computation) wish(side Side, a attachment, inspect bool) {
	wanted := wish{digest: a.digest()}
	if inspect {
		wanted.tag = a.tag()
	}
	if c.undecided[wanted] {
		return
	}
	c.undecided[wanted] = true
	c.plan.Undecided = append(c.plan.Undecided, ManifestRef{
		Side: side, Image: a.in.images[a.image], Tag: a.tag(), Digest: a.digest(), Inspect: inspect,
	})
}

// files lists blobs and, unless it is zero, the manifest after them.
func files(blobs []oci.Digest, manifest oci.Digest) []File {
	fs := make([]File, 0, len(blobs)+1)
	for _, d := range blobs {
		fs = append(fs, File{Digest: d})
	}
	if !manifest.IsZero() {
		fs = append(fs, File{Digest: manifest, Manifest: true})
	}
	return fs
}

func incompleteSource(lacking []oci.Digest) string {
	return fmt.Sprintf("the source itself is incomplete: blob %s is not there", lacking[0].Short())
}

func firstOf(verdicts ...*verdict) *verdict {
	for _, v := range verdicts {
		if v != nil {
			return v
		}
	}
	return nil
}
