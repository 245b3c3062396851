package outbound_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// certified runs a TLS server with a certificate of an authority of its own, and
// returns the file with the authority's.
func certified(t *testing.T, authorityEnds, serverEnds time.Time) (web *httptest.Server, caFile string) {
	t.Helper()
	issue := func(name string, ends time.Time, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(0, 0), NotAfter: ends,
			IsCA: parent == nil, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return made, key
	}
	authority, by := issue("An Authority", authorityEnds, nil, nil)
	server, key := issue("a.example", serverEnds, authority, by)
	web = quietly(t, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{server.Raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12})
	return web, writePEM(t, "CERTIFICATE", authority.Raw)
}

// What a server is trusted by ends with the first certificate that does, which may
// be one that it does not show.
func TestLookSeesWhenTrustEnds(t *testing.T) {
	soon, late := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ authority, server, want time.Time }{{soon, late, soon}, {late, soon, soon}} {
		web, ca := certified(t, c.authority, c.server)
		if got := look(t, web.URL, outbound.TransportOptions{CAFile: ca}, 0); got.Err != nil || !got.Ends.Equal(c.want) {
			t.Errorf("Look = ends %s, %v, want %s", got.Ends, got.Err, c.want)
		}
		if got := look(t, web.URL, outbound.TransportOptions{InsecureSkipVerify: true}, 0); got.Err != nil || !got.Ends.IsZero() {
			t.Errorf("Look without verification = ends %s, %v, want nothing said", got.Ends, got.Err)
		}
	}
}

func TestLookSeesAnAuthorityThatHasEnded(t *testing.T) {
	web, ca := certified(t, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
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
