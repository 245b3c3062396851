package verify_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/verify"
)

func names(keys []verify.Key) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.Name())
	}
	return all
}

func TestParseKeys(t *testing.T) {
	one := read(t, "cosign.pub")
	modulus := new(big.Int).SetBit(big.NewInt(1), 2047, 1)
	pkcs1 := pem.EncodeToMemory(&pem.Block{
		Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&rsa.PublicKey{N: modulus, E: 65537}),
	})
	for _, c := range []struct {
		name string
		file []byte
		want []string
	}{
		{"one", one, []string{"k"}},
		{"a comment before it", append([]byte("release key, 2026\n"), one...), []string{"k"}},
		{"RSA in PKCS #1", pkcs1, []string{"k"}},
		{"three", slices.Concat(one, []byte("\nand\n"), pkcs1, one), []string{"k#1", "k#2", "k#3"}},
	} {
		keys, err := verify.ParseKeys("k", c.file)
		if diff := cmp.Diff(c.want, names(keys)); diff != "" || err != nil {
			t.Errorf("ParseKeys(%s), %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

func TestParseKeysRefuses(t *testing.T) {
	one := read(t, "cosign.pub")
	block := func(kind string, content []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
	}
	secret := []byte("secret secret secret")
	small := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 1023, 1), E: 65537}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, says string
		file       []byte
	}{
		{"nothing", "-----BEGIN PUBLIC KEY-----", nil},
		{"text", "-----BEGIN PUBLIC KEY-----", []byte("ssh-ed25519 AAAA me@example.test")},
		{"half a key", "cannot be read", one[:len(one)/2]},
		{"a key and half a key", "cannot be read", append(slices.Clone(one), one[:len(one)/2]...)},
		{"a private key", "private key", block("PRIVATE KEY", secret)},
		{"a private EC key", "private key", block("EC PRIVATE KEY", secret)},
		{"cosign's private key", "cosign public-key", block("ENCRYPTED SIGSTORE PRIVATE KEY", secret)},
		{"a certificate", "openssl x509 -pubkey", block("CERTIFICATE", secret)},
		{"a key and a certificate", "k#2", append(slices.Clone(one), block("CERTIFICATE", secret)...)},
		{"another block", "unknown Public key PEM file type", block("X509 CRL", secret)},
		{"a key that is none", "asn1", block("PUBLIC KEY", secret)},
		{"a small RSA key", "RSA 2048", publicPEM(t, small)},
		{"a small curve", "P-256", publicPEM(t, p224.Public())},
		{"a key that does not sign", "ECDSA", publicPEM(t, x25519.Public())},
	} {
		keys, err := verify.ParseKeys("k", c.file)
		if err == nil || keys != nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "parse key k") {
			t.Errorf("ParseKeys(%s) = %v, %v, want an error that says %q", c.name, names(keys), err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("ParseKeys(%s) = %v, which tells the content", c.name, err)
		}
	}
}
