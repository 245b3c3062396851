package outbound

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
)

// TransportOptions say how connections to a server are made.
type TransportOptions struct {
	// CAFile is a PEM file of certificate authorities, trusted beside the system's.
	CAFile string
	// CertFile and KeyFile are a client certificate in PEM.
	CertFile, KeyFile string
	// InsecureSkipVerify takes any certificate.
	InsecureSkipVerify bool
	// Proxy is a URL; "" is what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.
	Proxy string
	// MaxConnections is how many connections there are at the most; 0 is no limit.
	MaxConnections int
}

// NewTransport makes the transport of a Client.
func NewTransport(o TransportOptions) (*http.Transport, error) {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: intake.HeaderBytes,
		// As many idle connections as there may be: a run never dials twice. For
		// one host, 0 would be the default of two.
		MaxConnsPerHost: o.MaxConnections, MaxIdleConnsPerHost: cmp.Or(o.MaxConnections, math.MaxInt), MaxIdleConns: o.MaxConnections,
		// Listings are hundreds of megabytes; the default of 4 KiB is a system call
		// for every 15 rows.
		ReadBufferSize: 32 << 10,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: o.InsecureSkipVerify, //nolint:gosec // only when the operator says so, with a warning
		},
	}
	if o.Proxy != "" {
		proxy, err := url.Parse(o.Proxy)
		if err != nil || proxy.Host == "" {
			return nil, errors.New("parse proxy: it needs a scheme and a host")
		}
		t.Proxy = http.ProxyURL(proxy)
	}
	if o.CAFile != "" {
		pool, err := authorities(o.CAFile)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig.RootCAs = pool
	}
	if o.CertFile != "" {
		certificate, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("load client certificate: %w", err)
		}
		t.TLSClientConfig.Certificates = []tls.Certificate{certificate}
	}
	return t, nil
}

func authorities(file string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("read certificate authorities: %s holds no certificate in PEM", file)
	}
	return pool, nil
}
