package inspect_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/inspect"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
	"github.com/sigsync/sigsync/internal/repository"
)

const (
	image      = "team/app"
	bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

type object = map[string]any

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// shelf is a registry of whatever somebody wants to be told.
type shelf struct {
	t         testing.TB
	manifests map[string][]byte // by tag or digest
	blobs     map[oci.Digest][]byte
	referrers map[oci.Digest][]oci.Descriptor
	broken    error // of blobs
	requests  int
	builder   *plan.Builder
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	return &shelf{
		t: t, manifests: map[string][]byte{}, blobs: map[oci.Digest][]byte{}, referrers: map[oci.Digest][]oci.Descriptor{},
		builder: plan.NewBuilder("dev"),
	}
}

func (s *shelf) Resolve(_ context.Context, at repository.Tag) (oci.Descriptor, error) {
	s.requests++
	raw, ok := s.manifests[at.Tag]
	if !ok {
		return oci.Descriptor{}, oci.ErrNotFound
	}
	return oci.Descriptor{Digest: oci.FromBytes(raw)}, nil
}

func (s *shelf) Manifest(_ context.Context, at repository.Tag) ([]byte, error) {
	s.requests++
	raw, ok := s.manifests[at.Tag]
	if !ok {
		return nil, oci.ErrNotFound
	}
	return raw, nil
}

func (s *shelf) Blob(_ context.Context, _ repository.Image, d oci.Descriptor) (io.ReadCloser, error) {
	s.requests++
	content, ok := s.blobs[d.Digest]
	if s.broken != nil {
		return nil, s.broken
	}
	if !ok {
		return nil, oci.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func (s *shelf) Referrers(_ context.Context, _ repository.Image, subject oci.Digest) ([]oci.Descriptor, bool, error) {
	s.requests++
	return s.referrers[subject], true, nil
}

// put stores a manifest under a tag, or its digest alone where that is "".
func (s *shelf) put(tag string, v any) oci.Digest {
	raw := encoded(s.t, v)
	d := oci.FromBytes(raw)
	s.manifests[d.String()] = raw
	if attachment, ok := cosign.ParseTag(tag); ok {
		s.manifests[tag] = raw
		s.builder.AttachmentByName(image, attachment, d)
		return d
	}
	s.builder.Manifest(image, tag, d, false)
	return d
}

func (s *shelf) blob(content []byte) object {
	d := oci.FromBytes(content)
	s.blobs[d] = content
	return object{"digest": d, "size": len(content)}
}

// image stores an image, which the number tells from others.
func (s *shelf) image(tag string, number int) oci.Digest {
	return s.put(tag, object{"mediaType": v1.MediaTypeImageManifest, "config": s.blob(fmt.Append(nil, number)), "layers": []object{}})
}

// bundle stores a Sigstore bundle for a subject, of that material.
func (s *shelf) bundle(subject oci.Digest, predicate string, material object) oci.Digest {
	statement := encoded(s.t, object{"predicateType": predicate, "subject": []object{{"digest": object{"sha256": subject.Hex()}}}})
	return s.refer(subject, bundleType, encoded(s.t, object{
		"verificationMaterial": material, "dsseEnvelope": object{"payload": base64.StdEncoding.EncodeToString(statement)},
	}))
}

func (s *shelf) refer(subject oci.Digest, mediaType string, content []byte) oci.Digest {
	layer := s.blob(content)
	layer["mediaType"] = mediaType
	d := s.put("", object{
		"mediaType": v1.MediaTypeImageManifest, "artifactType": mediaType, "config": s.blob([]byte("{}")),
		"layers": []object{layer}, "subject": object{"digest": subject},
	})
	s.referrers[subject] = append(s.referrers[subject], oci.Descriptor{Digest: d})
	return d
}

// look inspects the one repository there is, which is both ends of a pair.
func (s *shelf) look(reference string, findings ...report.Finding) *inspect.Result {
	s.t.Helper()
	r, err := inspect.ParseReference(reference)
	if err != nil {
		s.t.Fatal(err)
	}
	return inspect.Image(s.t.Context(), inspect.Options{
		Reference: r, Version: "test", FailOn: []plan.State{plan.Missing, plan.Unknown},
		Places: []inspect.Place{{
			Server: "main", Repository: "dev", Holder: "dev", Address: inspect.AddressOf("https://acme.test/artifactory"),
			Registry: s, Inventory: s.builder.Build(),
		}},
		Pairs:  []inspect.PairOptions{{Name: "pair", Selected: true, Families: cosign.Families()}},
		Report: &report.Report{Pairs: []report.Pair{{Name: "pair", Findings: findings}}},
	})
}

func text(t testing.TB, r *inspect.Result, o inspect.TextOptions) string {
	t.Helper()
	var b strings.Builder
	if err := inspect.Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var errBroken = errors.New("the connection broke\x1b[2J")
