package verify

import (
	"crypto"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"
)

// Key is a public key: ECDSA on P-256, P-384 or P-521, RSA of 2048, 3072 or 4096
// bits, or Ed25519.
type Key struct {
	name      string
	verifiers []signature.Verifier
}

// Name is how reports name the key.
func (k Key) Name() string { return k.name }

// ParseKeys reads the public keys of a PEM file. Where there are several, they
// are named name#1, name#2 and so on, as they stand in it.
func ParseKeys(name string, file []byte) ([]Key, error) {
	blocks, err := blocksOf(file)
	if err != nil {
		return nil, fmt.Errorf("parse key %s: %w", name, err)
	}
	keys := make([]Key, 0, len(blocks))
	for i, block := range blocks {
		key := Key{name: name}
		if len(blocks) > 1 {
			key.name = fmt.Sprintf("%s#%d", name, i+1)
		}
		if key.verifiers, err = parse(block); err != nil {
			return nil, fmt.Errorf("parse key %s: %w", key.name, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// blocksOf refuses what stands after the last block: a block that is cut off is
// no block, and its key would be left out without a word.
func blocksOf(file []byte) ([]*pem.Block, error) {
	var blocks []*pem.Block
	block, rest := pem.Decode(file)
	for ; block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, block)
	}
	switch {
	case strings.Contains(string(rest), "-----BEGIN "):
		return nil, errors.New("a block of it cannot be read")
	case len(blocks) == 0:
		return nil, errors.New("no PEM: it must start with -----BEGIN PUBLIC KEY-----, as cosign.pub does")
	default:
		return blocks, nil
	}
}

func parse(block *pem.Block) ([]signature.Verifier, error) {
	switch {
	case strings.Contains(block.Type, "PRIVATE KEY"):
		return nil, errors.New("this is a private key: give the public one, which cosign public-key --key prints")
	case strings.Contains(block.Type, "CERTIFICATE"):
		return nil, errors.New("this is a certificate: give its public key, which openssl x509 -pubkey -noout prints")
	}
	public, err := cryptoutils.UnmarshalPEMToPublicKey(pem.EncodeToMemory(block))
	if err != nil {
		return nil, err
	}
	return verifiersOf(public)
}

// verifiersOf returns one for each way in which cosign and others sign with such
// a key: with the hash that goes with its size, or with SHA-256 whatever its
// size; with Ed25519 the message itself, or its hash as Rekor wants it.
func verifiersOf(public crypto.PublicKey) ([]signature.Verifier, error) {
	usual, err := signature.LoadDefaultVerifier(public)
	if err != nil {
		return nil, fmt.Errorf("%T: %w: it must be ECDSA P-256, P-384 or P-521, RSA 2048, 3072 or 4096, or Ed25519", public, err)
	}
	var other signature.LoadOption = options.WithHash(crypto.SHA256)
	if _, ok := public.(ed25519.PublicKey); ok {
		other = options.WithED25519ph()
	}
	also, err := signature.LoadVerifierWithOpts(public, other)
	if err != nil {
		return nil, err
	}
	return []signature.Verifier{usual, also}, nil
}
