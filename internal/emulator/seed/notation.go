package seed

import (
	"encoding/base64"
	"fmt"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// Notation is a signature of a subject as Notation pushes it: a JWS that names
// the subject's descriptor. No key made it, and it holds no certificate.
func Notation(s *tree.Store, repo, image, subjectDigest, signer string) Referrer {
	target := subject(s, subjectDigest)
	payload := encode(map[string]any{"targetArtifact": target})
	thumbprint := digestOf([]byte(signer))[len("sha256:"):]
	return Referrer{
		Repo: repo, Image: image, Subject: subjectDigest,
		ArtifactType: "application/vnd.cncf.notary.signature", LayerType: "application/jose+json",
		Content: encode(map[string]any{
			"payload":   base64.RawURLEncoding.EncodeToString(payload),
			"protected": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"PS256","cty":"application/vnd.cncf.notary.payload.v1+json"}`)),
			"header":    map[string]any{"x5c": []string{}},
			"signature": signature(signer, payload),
		}),
		Annotations: map[string]string{
			"io.cncf.notary.x509chain.thumbprint#S256": fmt.Sprintf("[%q]", thumbprint),
			"org.opencontainers.image.created":         created,
		},
	}
}
