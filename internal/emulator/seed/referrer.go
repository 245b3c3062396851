package seed

import (
	"errors"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Referrer is an artifact of one layer that names a subject. It is stored by
// its digest, which is the same in every repository.
type Referrer struct {
	// Repo is a repository key, Image an image path in it.
	Repo, Image string
	// Subject is the digest of the manifest that it is about, which need not exist.
	Subject string
	// ArtifactType is left out of the manifest where it is "".
	ArtifactType string
	// ConfigType is the media type of the config, whose content is {}; "" means
	// application/vnd.oci.empty.v1+json.
	ConfigType string
	// LayerType is the media type of the layer; "" means ArtifactType.
	LayerType string
	// Content is the layer, which may be anything.
	Content []byte
	// Annotations are those of the manifest, LayerAnnotations those of the layer.
	Annotations, LayerAnnotations map[string]string
}

// Push stores the referrer as a push to a repository with the Referrers API
// does: it is listed. It returns the digest of the manifest.
func (r Referrer) Push(s *tree.Store) string {
	d := r.Place(s)
	List(s, r.Repo, r.Image, d)
	return d
}

// Place stores the referrer as Copy Item and promotion leave it, or a push to
// a repository without the Referrers API: it is there, but not listed. It
// returns the digest of the manifest.
func (r Referrer) Place(s *tree.Store) string {
	m := r.manifest(s)
	at := docker.Place{Repo: r.Repo, Image: r.Image, Reference: digestOf(encode(m))}
	docker.StoreBlob(s, at, []byte("{}"), pusher)
	docker.StoreBlob(s, at, r.Content, pusher)
	return store(s, at, m)
}

// List enters a manifest that names a subject into the server's index of
// referrers. It may be one that the image does not hold any more.
func List(s *tree.Store, repo, image, manifestDigest string) {
	docker.EnterReferrer(s, docker.Place{Repo: repo, Image: image, Reference: manifestDigest}, known(s, manifestDigest), pusher)
}

func (r Referrer) manifest(s *tree.Store) manifest {
	config, layer := describe(r.ConfigType, []byte("{}")), describe(r.LayerType, r.Content)
	if config.MediaType == "" {
		config.MediaType = emptyType
	}
	if layer.MediaType == "" {
		layer.MediaType = r.ArtifactType
	}
	layer.Annotations = r.LayerAnnotations
	return manifest{
		SchemaVersion: 2, MediaType: manifestType, ArtifactType: r.ArtifactType, Config: config, Layers: []descriptor{*layer},
		Annotations: r.Annotations, Subject: subject(s, r.Subject),
	}
}

// subject describes the manifest that a referrer is about. One that was never
// stored counts as an image of no size.
func subject(s *tree.Store, manifestDigest string) *descriptor {
	if _, ok := s.Binary(strings.TrimPrefix(manifestDigest, "sha256:")); !ok {
		return &descriptor{MediaType: manifestType, Digest: manifestDigest}
	}
	m := known(s, manifestDigest)
	return describe(m.MediaType, m.Content)
}

// known is a manifest that was stored somewhere, some time.
func known(s *tree.Store, manifestDigest string) docker.Manifest {
	content, ok := s.Binary(strings.TrimPrefix(manifestDigest, "sha256:"))
	if !ok {
		must(errors.New("no manifest " + manifestDigest))
	}
	m, err := docker.ParseManifest(content, "")
	must(err)
	return m
}
