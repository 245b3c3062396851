package verify_test

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/dsse"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/verify"
)

const (
	simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"
	envelopeType  = "application/vnd.dsse.envelope.v1+json"
	bundleType    = "application/vnd.dev.sigstore.bundle.v0.3+json"
	statementType = "application/vnd.in-toto+json"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func manifest(t testing.TB, name string) oci.Manifest {
	t.Helper()
	m, err := oci.ParseManifest(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func publicPEM(t testing.TB, public crypto.PublicKey) []byte {
	t.Helper()
	text, err := cryptoutils.MarshalPublicKeyToPEM(public)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// ring is the keyring of the signers, each under its name.
func ring(t testing.TB, signers ...signer) verify.Keyring {
	t.Helper()
	var r verify.Keyring
	for _, s := range signers {
		public, err := s.PublicKey()
		if err != nil {
			t.Fatal(err)
		}
		keys, err := verify.ParseKeys(s.name, publicPEM(t, public))
		if err != nil {
			t.Fatal(err)
		}
		r = append(r, keys...)
	}
	return r
}

// cosignKey is the keyring of the fixtures.
func cosignKey(t testing.TB) verify.Keyring {
	t.Helper()
	keys, err := verify.ParseKeys("cosign.pub", read(t, "cosign.pub"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// signer signs with a key of one kind, by sigstore's own means.
type signer struct {
	signature.Signer
	name string
}

func (s signer) sign(t testing.TB, message []byte) string {
	t.Helper()
	sig, err := s.SignMessage(bytes.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

func (s signer) envelope(t testing.TB, payloadType string, payload []byte) []byte {
	t.Helper()
	raw, err := dsse.WrapSigner(s, payloadType).SignMessage(bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func bundled(envelope []byte) []byte {
	return fmt.Appendf(nil, `{"mediaType":%q,"verificationMaterial":{"publicKey":{"hint":"x"}},"dsseEnvelope":%s}`, bundleType, envelope)
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
