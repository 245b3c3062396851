package main

import (
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// setTraps fills source and target with one of each thing that is easily done
// wrong. The images are named for it.
func setTraps(s *tree.Store) {
	for _, image := range []string{"traps/missing-a", "traps/missing-b", "traps/missing-c"} {
		seed.Sign(s, sourceKey, image, promoted(s, image).Digest, "alice")
	}

	bring(s, "traps/already-there", promoted(s, "traps/already-there").Digest)

	again := promoted(s, "traps/signed-again-at-target")
	bring(s, again.Path, again.Digest)
	seed.Sign(s, targetKey, again.Path, again.Digest, "production")

	second := promoted(s, "traps/second-signer-at-source")
	bring(s, second.Path, second.Digest)
	seed.Sign(s, sourceKey, second.Path, second.Digest, "alice", "bob")

	never := seed.Push(s, sourceKey, "traps/never-promoted", "1.0", "traps/never-promoted")
	seed.Sign(s, sourceKey, never.Path, never.Digest, "alice")

	partly := promoted(s, "traps/one-tag-promoted")
	seed.Sign(s, sourceKey, partly.Path, partly.Digest, "alice")
	rest := seed.Push(s, sourceKey, partly.Path, "2.0", "traps/not-promoted")
	seed.Sign(s, sourceKey, rest.Path, rest.Digest, "alice")

	moved := promoted(s, "traps/tag-moved-at-source")
	seed.Sign(s, sourceKey, moved.Path, moved.Digest, "alice")
	now := seed.Push(s, sourceKey, moved.Path, "1.0", "traps/moved")
	seed.Sign(s, sourceKey, now.Path, now.Digest, "alice")

	index := seed.PushIndex(s, sourceKey, "traps/index", "1.0", "traps/index", 2)
	for _, digest := range []string{index.Digest, index.Children[0].Digest, index.Children[1].Digest} {
		seed.Sign(s, sourceKey, index.Path, digest, "alice")
	}
	seed.Promote(s, sourceKey, index.Path, index.Tag, targetKey, index.Path, index.Tag)

	bundled := promoted(s, "traps/bundle")
	seed.Bundle(sourceKey, bundled.Path, bundled.Digest, seed.SignPredicate, "alice").Push(s)

	attested := promoted(s, "traps/attestation")
	bring(s, attested.Path, attested.Digest)
	seed.Attest(s, sourceKey, attested.Path, attested.Digest, "https://slsa.dev/provenance/v1")

	promoted(s, "traps/unsigned")
}

// promoted is an image on both sides, and its signature on neither.
func promoted(s *tree.Store, image string) seed.Image {
	i := seed.Push(s, sourceKey, image, "1.0", image)
	seed.Promote(s, sourceKey, image, i.Tag, targetKey, image, i.Tag)
	return i
}

// bring signs an image at the source, and has the signature at the target as well.
func bring(s *tree.Store, image, digest string) {
	seed.Sign(s, sourceKey, image, digest, "alice")
	tag := strings.Replace(digest, ":", "-", 1) + ".sig"
	seed.Promote(s, sourceKey, image, tag, targetKey, image, tag)
}
