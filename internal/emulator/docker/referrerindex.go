package docker

import (
	"encoding/json"
	"slices"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// ReferrersFile is the path of the server's own index of the referrers in an
// image. It is a file like any other, but in the folder that only admins see,
// so whatever moves the manifests themselves leaves it as it is. What is in
// the real server's is not known.
func ReferrersFile(image string) string { return ".jfrog/" + image + "/v1/referrers.json" }

// referrerIndex holds the referrers of an image by the digest of their
// subject, in the order of their arrival.
type referrerIndex map[string][]v1.Descriptor

// EnterReferrer enters a manifest that names a subject into the index of its
// image, once. It is what a push does where the Referrers API is on; a
// manifest that came any other way is not entered, and so not listed. Two
// calls for one image must not overlap.
func EnterReferrer(s *tree.Store, at Place, m Manifest, by string) {
	if m.Subject == nil {
		return
	}
	index := readReferrers(s, at.Repo, at.Image)
	subject := m.Subject.Digest.String()
	if slices.ContainsFunc(index[subject], ofDigest(m.Digest)) {
		return
	}
	index[subject] = append(index[subject], m.Entry())
	index.write(s, at, by)
}

// Entry is what a list of referrers says of the manifest: the artifact type is
// its own, else that of its config.
func (m Manifest) Entry() v1.Descriptor {
	return v1.Descriptor{
		MediaType: m.MediaType, Digest: digest.Digest(m.Digest), Size: int64(len(m.Content)),
		ArtifactType: m.artifactType(), Annotations: m.Annotations,
	}
}

// forgetReferrer takes a manifest out of the index when no folder of the image
// holds it any more.
func forgetReferrer(s *tree.Store, at Place, content []byte, by string) {
	m, err := ParseManifest(content, "")
	if err != nil || m.Subject == nil {
		return
	}
	if _, there := FindManifest(s, Place{at.Repo, at.Image, m.Digest}); there {
		return
	}
	index, subject := readReferrers(s, at.Repo, at.Image), m.Subject.Digest.String()
	if slices.ContainsFunc(index[subject], ofDigest(m.Digest)) {
		index[subject] = slices.DeleteFunc(index[subject], ofDigest(m.Digest))
		index.write(s, at, by)
	}
}

// readReferrers reads the index of an image. One that an admin spoiled counts as empty.
func readReferrers(s *tree.Store, repo, image string) referrerIndex {
	var index referrerIndex
	content, _ := s.Content(repo, ReferrersFile(image))
	if json.Unmarshal(content, &index) != nil || index == nil {
		return referrerIndex{}
	}
	return index
}

func (x referrerIndex) write(s *tree.Store, at Place, by string) {
	content, err := json.Marshal(x)
	if err != nil {
		return // descriptors that were parsed can be written
	}
	s.Put(at.Repo, ReferrersFile(at.Image), content, by, nil)
}

func ofDigest(want string) func(v1.Descriptor) bool {
	return func(d v1.Descriptor) bool { return d.Digest.String() == want }
}
