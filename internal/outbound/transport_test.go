package outbound_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// ping asks a server through a transport.
func ping(t *testing.T, url string, o outbound.TransportOptions) error {
	t.Helper()
	transport, err := outbound.NewTransport(o)
	if err != nil {
		t.Fatalf("NewTransport = %v", err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	answer, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("OK")) }

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), strings.ReplaceAll(kind, " ", "-")+".pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// quietly runs a TLS server that logs no handshakes that fail.
func quietly(t *testing.T, config *tls.Config) *httptest.Server {
	t.Helper()
	web := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	web.TLS = config
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	t.Cleanup(web.Close)
	return web
}

func TestTransportTrust(t *testing.T) {
	web := quietly(t, nil)
	ca := writePEM(t, "CERTIFICATE", web.Certificate().Raw)
	if err := ping(t, web.URL, outbound.TransportOptions{}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("Ping of an unknown authority = %v, want an error about the certificate", err)
	}
	if err := ping(t, web.URL, outbound.TransportOptions{CAFile: ca}); err != nil {
		t.Errorf("Ping with the authority's file = %v", err)
	}
	if err := ping(t, web.URL, outbound.TransportOptions{InsecureSkipVerify: true}); err != nil {
		t.Errorf("Ping without verification = %v", err)
	}
}

func TestTransportTLSVersion(t *testing.T) {
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		web := quietly(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version})
		err := ping(t, web.URL, outbound.TransportOptions{CAFile: writePEM(t, "CERTIFICATE", web.Certificate().Raw)})
		if (err == nil) != want {
			t.Errorf("Ping with %s = %v", tls.VersionName(version), err)
		}
	}
}

func TestTransportClientCertificate(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	web := quietly(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12})
	o := outbound.TransportOptions{CAFile: writePEM(t, "CERTIFICATE", web.Certificate().Raw)}
	if err := ping(t, web.URL, o); err == nil {
		t.Error("Ping without a client certificate = nil, want an error")
	}
	o.CertFile, o.KeyFile = writePEM(t, "CERTIFICATE", der), writePEM(t, "PRIVATE KEY", encoded)
	if err := ping(t, web.URL, o); err != nil {
		t.Errorf("Ping with a client certificate = %v", err)
	}
}

func TestTransportProxy(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		ok(w, r)
	}))
	t.Cleanup(proxy.Close)
	if err := ping(t, "http://server.invalid/base", outbound.TransportOptions{Proxy: proxy.URL}); err != nil {
		t.Errorf("Ping = %v", err)
	}
	if want := "http://server.invalid/base"; len(asked) != 1 || asked[0] != want {
		t.Errorf("the proxy was asked for %v, want %s", asked, want)
	}
}

// A server that speaks TLS is reached through a tunnel, which sees nothing.
func TestTransportTunnel(t *testing.T) {
	web := quietly(t, nil)
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.Host)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	err := ping(t, web.URL, outbound.TransportOptions{Proxy: proxy.URL, CAFile: writePEM(t, "CERTIFICATE", web.Certificate().Raw)})
	if want := "CONNECT " + strings.TrimPrefix(web.URL, "https://"); err == nil || len(asked) != 1 || asked[0] != want {
		t.Errorf("Ping = %v after %v, want a refusal of %s", err, asked, want)
	}
}

func TestTransportConnections(t *testing.T) {
	for _, most := range []int{0, 7} {
		transport, err := outbound.NewTransport(outbound.TransportOptions{MaxConnections: most})
		if err != nil {
			t.Fatal(err)
		}
		if transport.MaxConnsPerHost != most || transport.MaxIdleConns != most {
			t.Errorf("NewTransport(%d) allows %d connections and keeps %d", most, transport.MaxConnsPerHost, transport.MaxIdleConns)
		}
		if kept := transport.MaxIdleConnsPerHost; most > 0 && kept != most || most == 0 && kept < 100 {
			t.Errorf("NewTransport(%d) keeps %d connections to a host, want as many as it makes", most, kept)
		}
	}
}

func TestNewTransportRefuses(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.pem")
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("-----BEGIN NOTHING-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o    outbound.TransportOptions
		want string
	}{
		"no authorities":         {outbound.TransportOptions{CAFile: missing}, "read certificate authorities"},
		"empty authorities":      {outbound.TransportOptions{CAFile: empty}, "holds no certificate"},
		"no certificate":         {outbound.TransportOptions{CertFile: missing, KeyFile: missing}, "load client certificate"},
		"no key":                 {outbound.TransportOptions{CertFile: empty}, "load client certificate"},
		"a proxy without scheme": {outbound.TransportOptions{Proxy: "proxy.example:3128"}, "parse proxy"},
		"a proxy that is no URL": {outbound.TransportOptions{Proxy: "http://user:hunter2%@x"}, "parse proxy"},
	} {
		transport, err := outbound.NewTransport(c.o)
		if transport != nil || err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("NewTransport with %s = %v, want %q and no secret", name, err, c.want)
		}
	}
}
