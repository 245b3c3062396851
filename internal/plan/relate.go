package plan

import (
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

// verdict is what the comparison of one attachment gave.
type verdict struct {
	state  State
	reason string
	// files are what is to be copied to mend it.
	files []File
}

// relate compares one attachment of one subject. It returns nil where neither
// side has it and nothing is to be said, and the digest that the attachment's
// manifest has at the target now or once the action is done.
func (c *computation) relate(s subject, family cosign.Family) (*Relation, oci.Digest) {
	tag := cosign.Tag{Subject: s.digest, Family: family}
	r := &Relation{Image: c.target.images[s.image], Tags: s.tags, Subject: s.digest, Family: family}
	var target *attachment
	if at, there := c.target.search(s.image, tag); there {
		c.visited[at] = true
		target = &c.target.attachments[at]
	}
	source, dispute := c.offer(r.Image, tag)
	switch {
	case dispute != nil:
		return c.settle(r, *dispute, nil, target)
	case source == nil && target == nil:
		return c.unsigned(r, s), oci.Digest{}
	case target == nil:
		return c.settle(r, c.missing(source), source, nil)
	case source == nil:
		return c.settle(r, c.alone(target), nil, target)
	default:
		return c.settle(r, c.compare(source, target), source, target)
	}
}

// settle turns a verdict into the relation's state and action.
func (c *computation) settle(r *Relation, v verdict, source, target *attachment) (*Relation, oci.Digest) {
	r.State, r.Reason = v.state, v.reason
	var manifest oci.Digest
	if target != nil {
		manifest = target.manifest
		r.Digest = manifest
	}
	if source != nil && !source.manifest.IsZero() {
		r.Digest = source.manifest
	}
	if len(v.files) == 0 {
		return r, manifest
	}
	if manifest.IsZero() {
		manifest = source.manifest
	}
	r.Action = &Action{
		Tag: r.Tag(), Manifest: manifest, Files: v.files, Repair: target != nil,
		SourceImage: c.source.images[source.image], TargetImage: r.Image,
	}
	return r, manifest
}

// unsigned reports a tagged image for which neither side has a signature.
func (c *computation) unsigned(r *Relation, s subject) *Relation {
	if r.Family != cosign.Signature || len(s.tags) == 0 {
		return nil
	}
	if c.stray(s.digest) {
		r.State = Orphan
		r.Reason = "this tag is a signature's manifest, not an image: left by a folder copy to a path that was not there yet"
		r.Digest = s.digest
		return r
	}
	r.State, r.Reason = Unsigned, "neither side has a .sig tag for this digest"
	return r
}

// stray tells whether the digest is that of an attachment's manifest.
func (c *computation) stray(digest oci.Digest) bool {
	if c.strays == nil {
		c.strays = map[oci.Digest]bool{}
		for _, inv := range []*Inventory{c.source, c.target} {
			for _, a := range inv.attachments {
				c.strays[a.manifest] = true
			}
		}
		delete(c.strays, oci.Digest{})
	}
	return c.strays[digest]
}
