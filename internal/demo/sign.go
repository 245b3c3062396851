package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
)

const (
	signatureAnnotation = "dev.cosignproject.cosign/signature"
	payloadMediaType    = "application/vnd.dev.cosign.simplesigning.v1+json"
	payloadType         = "cosign container image signature"
)

// payload is what a signature signs (containers/image, simple signing; cosign,
// specs/SIGNATURE_SPEC.md).
type payload struct {
	Critical struct {
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
		Type string `json:"type"`
	} `json:"critical"`
	Optional map[string]string `json:"optional"`
}

// NewKey makes a key of the kind that cosign generate-key-pair makes.
func NewKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// Sign signs a subject and pushes the signature under the subject's .sig tag,
// as cosign 2 does.
func (r *Registry) Sign(ctx context.Context, image string, subject digest.Digest, key *ecdsa.PrivateKey) error {
	var p payload
	p.Critical.Identity.Reference = r.Repository + "/" + image
	p.Critical.Image.Digest = subject.String()
	p.Critical.Type = payloadType
	signed, err := encode("payload", p)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(signed)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		return fmt.Errorf("sign %s: %w", subject, err)
	}
	layer, err := r.blob(ctx, image, payloadMediaType, signed)
	if err != nil {
		return err
	}
	layer.Annotations = map[string]string{signatureAnnotation: base64.StdEncoding.EncodeToString(signature)}
	config, err := r.document(ctx, image, v1.MediaTypeImageConfig, v1.Image{
		RootFS: v1.RootFS{Type: "layers", DiffIDs: []digest.Digest{layer.Digest}},
	})
	if err != nil {
		return err
	}
	tag, err := signatureTag(subject)
	if err != nil {
		return err
	}
	_, err = r.manifest(ctx, image, tag, v1.MediaTypeImageManifest, v1.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageManifest, Config: config, Layers: []v1.Descriptor{layer},
	})
	return err
}

// ErrNoSignature says that a subject has no signature by the key.
var ErrNoSignature = errors.New("no matching signatures")

// Verify looks for a signature of the subject by the key, as cosign verify
// does: the payload must be signed by the key and name the subject.
func (r *Registry) Verify(ctx context.Context, image string, subject digest.Digest, key *ecdsa.PublicKey) error {
	tag, err := signatureTag(subject)
	if err != nil {
		return err
	}
	raw, err := r.fetch(ctx, image, "manifests/"+tag)
	var answer *refused
	if errors.As(err, &answer) && answer.status == http.StatusNotFound {
		return ErrNoSignature
	}
	if err != nil {
		return err
	}
	var m v1.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return fmt.Errorf("parse manifest %s: %w", tag, err)
	}
	for _, layer := range m.Layers {
		signed, err := r.fetch(ctx, image, "blobs/"+layer.Digest.String())
		if err != nil {
			return err
		}
		if signs(layer, signed, subject, key) {
			return nil
		}
	}
	return ErrNoSignature
}

func signs(layer v1.Descriptor, signed []byte, subject digest.Digest, key *ecdsa.PublicKey) bool {
	signature, err := base64.StdEncoding.DecodeString(layer.Annotations[signatureAnnotation])
	if err != nil {
		return false
	}
	sum := sha256.Sum256(signed)
	var p payload
	return ecdsa.VerifyASN1(key, sum[:], signature) &&
		json.Unmarshal(signed, &p) == nil && p.Critical.Image.Digest == subject.String()
}

func signatureTag(subject digest.Digest) (string, error) {
	d, err := oci.ParseDigest(subject.String())
	if err != nil {
		return "", err
	}
	return cosign.Tag{Subject: d, Family: cosign.Signature}.String(), nil
}
