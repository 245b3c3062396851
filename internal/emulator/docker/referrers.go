package docker

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// emptyType is the type of the config of artifacts that need none. Some
// writers of referrers lists take it for the type of the artifact.
const emptyType = "application/vnd.oci.empty.v1+json"

// referrers lists the manifests that name a subject: 404 with an empty body
// where the Referrers API is off, else never 404, whatever the subject.
func (c *call) referrers() error {
	if !c.api.backend.Referrers(c.key) {
		c.w.WriteHeader(http.StatusNotFound)
		return nil
	}
	if !isDigest(c.route.reference) {
		return digestInvalid(c.route.reference)
	}
	entries, err := c.referrersOf(c.route.reference)
	if err != nil {
		return err
	}
	if c.api.options.LyingReferrers {
		entries = lie(entries)
	}
	if t := c.r.URL.Query().Get("artifactType"); t != "" {
		entries = slices.DeleteFunc(entries, func(d v1.Descriptor) bool { return d.ArtifactType != t })
		c.w.Header().Set("OCI-Filters-Applied", "artifactType")
	}
	return c.sendReferrers(c.referrersPage(entries))
}

// referrersOf merges the indexes of the repositories that the user may read,
// the newest entry of each first: the real server sorts by nothing one could
// rely on.
func (c *call) referrersOf(subject string) ([]v1.Descriptor, error) {
	entries := []v1.Descriptor{} // JSON has [] for none, not null
	readable := false
	for _, repo := range c.read {
		at := Place{repo, c.route.image, subject}
		if !c.may(access.Read, repo, at.manifest(false)) {
			continue
		}
		readable = true
		for _, d := range slices.Backward(readReferrers(c.api.backend.Tree(), repo, at.Image)[subject]) {
			if !slices.ContainsFunc(entries, ofDigest(d.Digest.String())) {
				entries = append(entries, d)
			}
		}
	}
	if !readable {
		return nil, c.denied(nameUnknown(c.route.image), "The client does not have permission for the repository")
	}
	return entries, nil
}

// lie spoils entries the ways that were seen of servers and of fallback tags.
func lie(entries []v1.Descriptor) []v1.Descriptor {
	for n := range entries {
		entries[n].ArtifactType, entries[n].Annotations = emptyType, nil
		entries[n].Size++
	}
	return entries
}

// referrersPage cuts out the page after the entry that ?last names, and links
// to the next one. An entry that is gone meanwhile makes the listing begin anew.
func (c *call) referrersPage(entries []v1.Descriptor) []v1.Descriptor {
	query := c.r.URL.Query()
	entries = entries[1+slices.IndexFunc(entries, ofDigest(query.Get("last"))):]
	size := c.api.options.ReferrersPage
	if n, err := strconv.Atoi(query.Get("n")); err == nil && n > 0 && (size == 0 || n < size) {
		size = n
	}
	if size == 0 || len(entries) <= size {
		return entries
	}
	next := url.Values{"last": {entries[size-1].Digest.String()}, "n": {strconv.Itoa(size)}}
	if t := query.Get("artifactType"); t != "" {
		next.Set("artifactType", t)
	}
	c.linkTo("/"+c.route.image+"/referrers/"+c.route.reference, next)
	return entries[:size]
}

func (c *call) sendReferrers(entries []v1.Descriptor) error {
	h := c.w.Header()
	h.Set("Content-Type", v1.MediaTypeImageIndex)
	h.Set("Docker-Distribution-Api-Version", "registry/2.0")
	return json.NewEncoder(c.w).Encode(v1.Index{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex, Manifests: entries,
	})
}
