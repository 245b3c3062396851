package cosign

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
)

// signatureAnnotation holds the base64 signature of a layer, on the layer's
// descriptor (cosign, specs/SIGNATURE_SPEC.md).
const signatureAnnotation = "dev.cosignproject.cosign/signature"

// Set is what an attachment's manifest holds: its layers, sorted, each once.
type Set []Layer

// Layer identifies one signature or attestation. All of it counts: the layers
// of two signers of one image have the same digest and differ only in the
// signature.
type Layer struct {
	Digest    oci.Digest
	MediaType string
	Signature string
}

// SetOf returns the set that a manifest holds.
func SetOf(m oci.Manifest) Set {
	set := Set(layersOf(m))
	slices.SortFunc(set, Layer.compare)
	return slices.Compact(set)
}

func layersOf(m oci.Manifest) []Layer {
	layers := make([]Layer, 0, len(m.Layers))
	for _, d := range m.Layers {
		layers = append(layers, LayerOf(d))
	}
	return layers
}

// LayerOf returns what identifies the layer that a manifest names.
func LayerOf(d oci.Descriptor) Layer {
	return Layer{Digest: d.Digest, MediaType: d.MediaType, Signature: d.Annotations[signatureAnnotation]}
}

// Contains tells whether s holds every layer of t.
func (s Set) Contains(t Set) bool {
	return !slices.ContainsFunc(t, func(l Layer) bool {
		_, found := slices.BinarySearchFunc(s, l, Layer.compare)
		return !found
	})
}

// Union returns the set of what s or t hold.
func (s Set) Union(t Set) Set {
	union := slices.Concat(s, t)
	slices.SortFunc(union, Layer.compare)
	return slices.Compact(union)
}

// String names the layer for people: its digest and, where it has one, the
// start of its signature, which tells it from another signer's.
func (l Layer) String() string {
	if l.Signature == "" {
		return l.Digest.Short()
	}
	return fmt.Sprintf("%s (signature %.24s)", l.Digest.Short(), l.Signature)
}

func (l Layer) compare(m Layer) int {
	return cmp.Or(l.Digest.Compare(m.Digest), cmp.Compare(l.MediaType, m.MediaType), cmp.Compare(l.Signature, m.Signature))
}
