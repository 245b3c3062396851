package oci

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// algorithm is the only one that cosign's tags, Artifactory's checksums and
// the registries in use agree on.
const algorithm = "sha256:"

// ErrInvalidDigest is the cause of every failure to parse a digest.
var ErrInvalidDigest = errors.New("not a sha256 digest")

// Digest identifies content by its SHA-256, in 32 bytes. It is comparable and
// small, so that it can be kept by the million. The zero value is no digest.
type Digest [sha256.Size]byte

// Empty is the content of a blob where one has to be and there is nothing to
// say (OCI image-spec 1.1, guidance for an empty descriptor).
const Empty = "{}"

// EmptyDigest is the digest of Empty.
func EmptyDigest() Digest { return FromBytes([]byte(Empty)) }

// FromBytes returns the digest of content.
func FromBytes(content []byte) Digest { return sha256.Sum256(content) }

// ParseDigest parses the form "sha256:" and 64 lower-case hexadecimal digits.
// Its error wraps ErrInvalidDigest.
func ParseDigest(s string) (Digest, error) {
	digits, ok := strings.CutPrefix(s, algorithm)
	if !ok {
		return Digest{}, invalid(s)
	}
	return ParseHex(digits)
}

// ParseHex parses 64 lower-case hexadecimal digits, the form that Artifactory's
// checksums and cosign's tags have. Its error wraps ErrInvalidDigest.
func ParseHex[T string | []byte](digits T) (Digest, error) {
	var d Digest
	if len(digits) != hex.EncodedLen(len(d)) {
		return Digest{}, invalid(string(digits))
	}
	// hex.Decode takes upper case too, and from a string it takes a copy.
	for i := range d {
		high, low := nibbles[digits[2*i]], nibbles[digits[2*i+1]]
		if high|low > 0xf {
			return Digest{}, invalid(string(digits))
		}
		d[i] = high<<4 | low
	}
	return d, nil
}

// nibbles has the value of every lower-case hexadecimal digit, and 0xff for
// every other byte: a listing of a million signatures has a quarter of a billion digits.
const nibbles = "" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\x0a\x0b\x0c\x0d\x0e\x0f\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

func invalid(digest string) error {
	return fmt.Errorf("parse digest %.80q: %w", digest, ErrInvalidDigest)
}

// IsZero tells whether d is no digest at all.
func (d Digest) IsZero() bool { return d == Digest{} }

// Compare orders digests by their bytes.
func (d Digest) Compare(e Digest) int { return bytes.Compare(d[:], e[:]) }

// Hex returns the 64 hexadecimal digits without the algorithm.
func (d Digest) Hex() string { return hex.EncodeToString(d[:]) }

// String returns the form that ParseDigest reads; "" for the zero value.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return algorithm + d.Hex()
}

// Short returns the algorithm and the first 12 hexadecimal digits, for people.
func (d Digest) Short() string {
	if d.IsZero() {
		return ""
	}
	return algorithm + hex.EncodeToString(d[:6])
}

// MarshalText writes the form of String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text is the zero value.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Digest{}
		return nil
	}
	parsed, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
