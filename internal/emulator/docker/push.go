package docker

import (
	"io"
	"net/http"
)

// manifestLimit is the size in bytes above which a manifest is refused.
const manifestLimit = 4 << 20

func (c *call) putManifest() error {
	at := Place{c.deploy, c.route.image, c.route.reference}
	if err := c.mayDeploy(at.manifest(false)); err != nil {
		return err
	}
	m, err := c.readManifest(at)
	if err != nil {
		return err
	}
	c.api.pushes.Lock()
	defer c.api.pushes.Unlock()
	if err := c.mayOverwrite(at.manifest(m.Index), m.Content); err != nil {
		return err
	}
	if err := c.gather(at, m); err != nil {
		return err
	}
	s := c.api.backend.Tree()
	replaced, _ := s.Content(at.Repo, at.manifest(m.Index))
	stored := StoreManifest(s, at, m, c.user.Name)
	c.tidyUploads(at, m)
	forgetReferrer(s, at, replaced, c.user.Name)
	entered := c.api.backend.Referrers(at.Repo)
	if entered {
		EnterReferrer(s, at, m, c.user.Name)
	}
	c.acknowledgeSubject(m, entered && c.api.backend.Referrers(c.key))
	c.api.changed(Change{Manifest: stored, Content: m.Content, By: c.user.Name})
	c.created(m.Digest, c.location("manifests", m.Digest))
	return nil
}

// acknowledgeSubject tells a client that the server lists the referrer, or, on
// servers that are set so, keeps silent or claims it without doing it.
func (c *call) acknowledgeSubject(m Manifest, listed bool) {
	claimed := c.api.options.SubjectWithoutReferrers
	if listed {
		claimed = !c.api.options.SilentSubject
	}
	if claimed && m.Subject != nil {
		c.w.Header().Set("OCI-Subject", m.Subject.Digest.String())
	}
}

func (c *call) readManifest(at Place) (Manifest, error) {
	content, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, manifestLimit))
	if err != nil {
		return Manifest{}, manifestInvalid(err.Error())
	}
	m, err := ParseManifest(content, c.r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return m, manifestInvalid(err.Error())
	case isDigest(at.Reference) && m.Digest != at.Reference:
		return m, digestInvalid(at.Reference)
	case !isDigest(at.Reference) && !isTag(at.Reference):
		return m, registry(http.StatusBadRequest, "TAG_INVALID", "manifest tag did not match URI", map[string]string{"tag": at.Reference})
	}
	return m, nil
}

// created answers that something of that digest is at that URL now.
func (c *call) created(digest, location string) {
	h := c.w.Header()
	h.Set("Docker-Content-Digest", digest)
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	h.Set("Location", location)
	c.w.WriteHeader(http.StatusCreated)
}
