package webhook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
)

// object is what an event of domain docker is about: the manifest of a tag.
type object struct {
	Repository       text `json:"repo_key"`
	Path             text `json:"path"`
	SHA256           text `json:"sha256"`
	Image            text `json:"image_name"`
	Tag              text `json:"tag"`
	TargetRepository text `json:"target_repo"`
	TargetTag        text `json:"target_tag"`
}

// event checks all that is used of the object.
func (o object) event(wasPromoted bool) (Event, error) {
	place, err := o.place()
	if err != nil {
		return Event{}, err
	}
	e := Event{Promoted: wasPromoted, Repository: string(o.Repository), Image: place.image, Tag: place.tag, Digest: o.digest(place)}
	if wasPromoted {
		e.TargetRepository, e.TargetTag = string(o.TargetRepository), unfolded(string(o.TargetTag))
	}
	switch {
	case !isKey(e.Repository):
		return Event{}, fmt.Errorf("expected the key of a repository, got %.80q", e.Repository)
	case !isImage(e.Image):
		return Event{}, fmt.Errorf("expected an image path, got %.80q", e.Image)
	case e.Tag != "" && !isTag(e.Tag):
		return Event{}, fmt.Errorf("expected a tag or a digest, got %.80q", e.Tag)
	case e.TargetRepository != "" && !isKey(e.TargetRepository):
		return Event{}, fmt.Errorf("expected the key of a target repository, got %.80q", e.TargetRepository)
	case e.TargetTag != "" && !isTag(e.TargetTag):
		return Event{}, fmt.Errorf("expected a target tag, got %.80q", e.TargetTag)
	}
	return e, nil
}

// place is where a manifest lies in its repository.
type place struct{ image, tag string }

// place takes the word of the manifest's path, <image>/<tag>/manifest.json, and
// the fields' where that is none: servers were seen to have no more than the
// last part of the image path in image_name, and the documentation all of it.
func (o object) place() (place, error) {
	p := place{image: string(o.Image), tag: string(o.Tag)}
	if lies, ok := placeOf(string(o.Path)); ok && lies.fits(p) {
		p = place{image: lies.image, tag: cmp.Or(p.tag, lies.tag)}
	}
	if p.image == "" {
		return place{}, fmt.Errorf("expected an image_name, or the path of a manifest, got %.80q", o.Path)
	}
	p.tag = unfolded(p.tag)
	return p, nil
}

// fits tells whether what a path says may be what the fields say: it lies under
// the image's path, or that ends in what the fields have of it. The folder of
// what an index lists may be that of another tag.
func (p place) fits(told place) bool {
	return told.image == "" || p.image == told.image || strings.HasSuffix(p.image, "/"+told.image)
}

// The names that Artifactory gives to manifests and indexes.
const (
	manifestName = "manifest.json"
	indexName    = "list.manifest.json"
)

// placeOf reads the path of a manifest, and tells whether it is one.
func placeOf(path string) (place, bool) {
	folder, name, ok := cutLast(strings.TrimPrefix(path, "/"))
	if !ok || name != manifestName && name != indexName {
		return place{}, false
	}
	image, tag, ok := cutLast(folder)
	return place{image, tag}, ok
}

func cutLast(path string) (before, last string, ok bool) {
	n := strings.LastIndexByte(path, '/')
	if n < 0 {
		return "", "", false
	}
	return path[:n], path[n+1:], true
}

// cachePrefix begins the folder of a digest in the cache of a remote
// repository, where a local one has sha256 and a colon.
const cachePrefix = "sha256__"

// unfolded returns the digest that the name of a folder stands for; any other
// name as it is.
func unfolded(tag string) string {
	if digits, ok := strings.CutPrefix(tag, cachePrefix); ok {
		if d, err := oci.ParseHex(digits); err == nil {
			return d.String()
		}
	}
	return tag
}

// digest is zero where neither the field nor the folder is one: Artifactory
// tries a webhook out with the words "sample_checksum".
func (o object) digest(p place) oci.Digest {
	given := strings.TrimPrefix(string(o.SHA256), "sha256:")
	d, err := oci.ParseHex(given)
	if err == nil {
		return d
	}
	if d, err = oci.ParseDigest(p.tag); err == nil {
		return d
	}
	return oci.Digest{}
}
