package seed

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Attest adds an in-toto statement of that predicate type to the attestation
// tag of a subject, as cosign 2 does, and returns the digest of its manifest.
// Nothing is added if the same statement is there already.
func Attest(s *tree.Store, repo, image, subjectDigest, predicate string) string {
	at := attachmentAt(repo, image, subjectDigest, ".att")
	statement := encode(map[string]any{
		"_type":         "https://in-toto.io/Statement/v0.1",
		"predicateType": predicate,
		"predicate":     map[string]string{"Data": predicate, "Timestamp": created},
		"subject": []map[string]any{{
			"name":   fmt.Sprintf("%s/%s/%s", host, repo, image),
			"digest": map[string]string{"sha256": strings.TrimPrefix(subjectDigest, "sha256:")},
		}},
	})
	envelope := encode(map[string]any{
		"payloadType": "application/vnd.in-toto+json",
		"payload":     base64.StdEncoding.EncodeToString(statement),
		"signatures":  []map[string]string{{"keyid": "", "sig": signature(predicate, statement)}},
	})
	l := describe("application/vnd.dsse.envelope.v1+json", envelope)
	l.Annotations = map[string]string{"dev.cosignproject.cosign/signature": "", "predicateType": predicate}
	docker.StoreBlob(s, at, envelope, pusher)
	layers := attached(s, at)
	for _, old := range layers {
		if old.Digest == l.Digest {
			return attach(stored{s}, at, layers)
		}
	}
	return attach(stored{s}, at, append(layers, *l))
}

// AttachSBOM stores an SPDX document as the SBOM tag of a subject, as cosign 2
// does, and returns the digest of its manifest. Attaching again replaces it.
func AttachSBOM(s *tree.Store, repo, image, subjectDigest, content string) string {
	at := attachmentAt(repo, image, subjectDigest, ".sbom")
	docker.StoreBlob(s, at, []byte(content), pusher)
	return attach(stored{s}, at, []descriptor{*describe("text/spdx+json", []byte(content))})
}
