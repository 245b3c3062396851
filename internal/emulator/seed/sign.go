package seed

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

const (
	// host is the registry in the signed reference.
	host = "artifactory.example"

	simpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json"
)

// Sign stores the signature tag of a subject as cosign 2 does, with a layer
// for each signer, and returns the digest of its manifest. The layers differ
// in their signature annotation only: the payload is the same. A signature has
// the form of an ECDSA one, but no key made it. Signing again replaces the tag.
func Sign(s *tree.Store, repo, image, subjectDigest string, signers ...string) string {
	return sign(stored{s}, repo, image, subjectDigest, signers...)
}

func sign(s shelf, repo, image, subjectDigest string, signers ...string) string {
	at := attachmentAt(repo, image, subjectDigest, ".sig")
	payload := simpleSigning(repo, image, subjectDigest)
	s.blob(at, payload)
	layers := make([]descriptor, 0, len(signers))
	for _, signer := range signers {
		l := describe(simpleSigningType, payload)
		l.Annotations = signed(signer, payload)
		layers = append(layers, *l)
	}
	return attach(s, at, layers)
}

// simpleSigning is the payload of a signature.
func simpleSigning(repo, image, subjectDigest string) []byte {
	return []byte(fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"%s/%s/%s"},`+
		`"image":{"docker-manifest-digest":"%s"},"type":"cosign container image signature"},"optional":null}`,
		host, repo, image, subjectDigest))
}

// signed are the annotations of a layer with that payload.
func signed(signer string, payload []byte) map[string]string {
	return map[string]string{"dev.cosignproject.cosign/signature": signature(signer, payload)}
}

// signature is the base64 of a DER sequence of two positive 32-byte integers.
func signature(signer string, payload []byte) string {
	der := []byte{0x30, 68}
	for _, part := range []string{"r", "s"} {
		sum := sha256.Sum256([]byte(part + "\x00" + signer + "\x00" + string(payload)))
		sum[0] = sum[0]&0x3f | 0x40 // positive, and no leading zero to leave out
		der = append(der, 0x02, 32)
		der = append(der, sum[:]...)
	}
	return base64.StdEncoding.EncodeToString(der)
}
