package plan

// orphans reports the target's attachments that belong to no subject there.
func (c *computation) orphans() {
	for i := range c.target.folders {
		a := attachment{&c.target.folders[i], c.target}
		if c.visited[i] || !c.selected[a.image] || !c.selects(a.family) {
			continue
		}
		image := c.target.images[a.image]
		r := &Relation{Image: image, Subject: a.tag().Subject, Family: a.family, Digest: a.digest(), State: Orphan}
		r.Reason = "its subject is not in this image at the target"
		if c.target.hides(image) {
			r.State = Unknown
			r.Reason = "the server tells no SHA-256 for a manifest of this image, which may be its subject"
		}
		if nestedFolder(image) {
			r.State = Orphan
			r.Reason = "a copy inside another attachment's folder, left by a folder copy onto an existing folder"
		}
		c.enter(r, "", "", nil)
	}
}

// unreadable reports the target's tagged manifests whose digest is not known:
// whether they are signed is not known either.
func (c *computation) unreadable() {
	for _, u := range c.target.unreadable {
		if c.options.Select != nil && !c.options.Select(outermostImage(u.Image)) {
			continue
		}
		c.enter(&Relation{
			Image: u.Image, Tags: []string{u.Tag}, State: Unknown,
			Reason: "the server tells no SHA-256 for this manifest",
		}, "", "", nil)
	}
}
