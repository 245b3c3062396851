package outbound_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// certified runs a TLS server with a certificate of an authority of its own, and
// returns the file with the authority's certificates: one for each end.
func certified(t *testing.T, serverEnds time.Time, authorityEnds ...time.Time) (web *httptest.Server, caFile string) {
	t.Helper()
	keys := map[string]*ecdsa.PrivateKey{}
	for _, name := range []string{"An Authority", "a.example"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = key
	}
	issue := func(name string, number int, ends time.Time) *x509.Certificate {
		c := &x509.Certificate{
			SerialNumber: big.NewInt(int64(number)), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(0, 0), NotAfter: ends,
			IsCA: name == "An Authority", BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
		by := &x509.Certificate{Subject: pkix.Name{CommonName: "An Authority"}}
		der, err := x509.CreateCertificate(rand.Reader, c, by, keys[name].Public(), keys["An Authority"])
		if err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	var authorities []byte
	for n, ends := range authorityEnds {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: issue("An Authority", n+2, ends).Raw}
		authorities = append(authorities, pem.EncodeToMemory(block)...)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, authorities, 0o600); err != nil {
		t.Fatal(err)
	}
	server := issue("a.example", 1, serverEnds)
	return quietly(t, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{server.Raw}, PrivateKey: keys["a.example"]}}, MinVersion: tls.VersionTLS12,
	}), caFile
}

// What a server is trusted by ends with the first certificate that does, which may
// be one that it does not show.
func TestLookSeesWhenTrustEnds(t *testing.T) {
	soon, late := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		server    time.Time
		authority []time.Time
		want      time.Time
	}{{late, []time.Time{soon}, soon}, {soon, []time.Time{late}, soon}, {late, []time.Time{soon, late}, late}, {late, []time.Time{late, soon}, late}} {
		web, ca := certified(t, c.server, c.authority...)
		if got := look(t, web.URL, outbound.TransportOptions{CAFile: ca}, 0); got.Err != nil || !got.Ends.Equal(c.want) {
			t.Errorf("Look = ends %s, %v, want %s", got.Ends, got.Err, c.want)
		}
		if got := look(t, web.URL, outbound.TransportOptions{InsecureSkipVerify: true}, 0); got.Err != nil || !got.Ends.IsZero() {
			t.Errorf("Look without verification = ends %s, %v, want nothing said", got.Ends, got.Err)
		}
	}
}

func TestLookSeesAnAuthorityThatHasEnded(t *testing.T) {
	web, ca := certified(t, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	got := look(t, web.URL, outbound.TransportOptions{CAFile: ca}, 0)
	if got.Err == nil || got.Stage != outbound.StageTLS || !strings.Contains(got.Err.Error(), "has expired") {
		t.Errorf("Look = %v at stage %s, want an authority that has expired", got.Err, got.Stage)
	}
}

// In TLS 1.3 a client that lacks a certificate is told after its request.
func TestLookSeesThatACertificateIsWanted(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		web := quietly(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12, MaxVersion: version})
		got := look(t, web.URL, outbound.TransportOptions{InsecureSkipVerify: true}, 0)
		if got.Err == nil || got.Stage != outbound.StageTLS || !strings.Contains(got.Err.Error(), "remote error") {
			t.Errorf("Look with %s = %v at stage %s, want that the server refuses in TLS", tls.VersionName(version), got.Err, got.Stage)
		}
	}
}
