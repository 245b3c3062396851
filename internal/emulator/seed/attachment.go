package seed

import (
	"encoding/json"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// zeroTime is the time in the configs that cosign writes.
const zeroTime = "0001-01-01T00:00:00Z"

// attachmentAt is the place of a cosign tag: sha256-<hex> and the suffix.
func attachmentAt(repo, image, subjectDigest, suffix string) docker.Place {
	return docker.Place{Repo: repo, Image: image, Reference: strings.Replace(subjectDigest, ":", "-", 1) + suffix}
}

// attach shelves the manifest of an attachment whose layers are there: with the
// config of an empty image that lists them, and without subject or artifact type.
func attach(s shelf, at docker.Place, layers []descriptor) string {
	config := imageConfig{Created: zeroTime, Rootfs: rootfs{Type: "layers", DiffIDs: []string{}}, History: []history{}}
	for _, l := range layers {
		config.Rootfs.DiffIDs = append(config.Rootfs.DiffIDs, l.Digest)
		config.History = append(config.History, history{Created: zeroTime})
	}
	content := encode(config)
	s.blob(at, content)
	document := encode(manifest{SchemaVersion: 2, MediaType: manifestType, Config: describe(configType, content), Layers: layers})
	s.manifest(at, document, false)
	return digestOf(document)
}

// attached are the layers that an attachment has already.
func attached(s *tree.Store, at docker.Place) []descriptor {
	item, ok := docker.FindManifest(s, at)
	if !ok {
		return nil
	}
	content, _ := s.Content(item.Repo, item.Path)
	var m manifest
	must(json.Unmarshal(content, &m))
	return m.Layers
}
