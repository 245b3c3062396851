package seed

import (
	"encoding/base64"
	"strings"
)

const (
	// SignPredicate is the predicate type of the bundles that cosign 3 writes for
	// a signature; any other one makes an attestation.
	SignPredicate = "https://sigstore.dev/cosign/sign/v1"

	bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// Bundle is a signature or attestation of a subject as cosign 3 pushes it: a
// Sigstore bundle with an in-toto statement of that predicate type. No key
// made its signature; other bytes may be put into its Content.
func Bundle(repo, image, subjectDigest, predicateType, signer string) Referrer {
	statement := encode(struct {
		Type          string              `json:"_type"`
		Subject       []statementSubject  `json:"subject"`
		PredicateType string              `json:"predicateType"`
		Predicate     map[string]struct{} `json:"predicate"`
	}{
		"https://in-toto.io/Statement/v1",
		[]statementSubject{{map[string]string{"sha256": strings.TrimPrefix(subjectDigest, "sha256:")}, map[string]string{}}},
		predicateType, map[string]struct{}{},
	})
	return Referrer{
		Repo: repo, Image: image, Subject: subjectDigest, ArtifactType: bundleType,
		Content: encode(map[string]any{
			"mediaType":            bundleType,
			"verificationMaterial": map[string]any{"publicKey": map[string]string{"hint": signer}},
			"dsseEnvelope": map[string]any{
				"payload":     base64.StdEncoding.EncodeToString(statement),
				"payloadType": "application/vnd.in-toto+json",
				"signatures":  []map[string]string{{"sig": signature(signer, statement)}},
			},
		}),
		Annotations: map[string]string{
			"dev.sigstore.bundle.content":       "dsse-envelope",
			"dev.sigstore.bundle.predicateType": predicateType,
			"org.opencontainers.image.created":  created,
		},
	}
}

type statementSubject struct {
	Digest      map[string]string `json:"digest"`
	Annotations map[string]string `json:"annotations"`
}
