package outbound_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/outbound"
)

// look looks at an address through a transport.
func look(t *testing.T, address string, o outbound.TransportOptions, timeout time.Duration) outbound.Sight {
	t.Helper()
	transport, err := outbound.NewTransport(o)
	if err != nil {
		t.Fatalf("NewTransport = %v", err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return outbound.Look(t.Context(), address, outbound.SightOptions{
		Transport: transport, Timeout: timeout, UserAgent: "sigsync/test", Now: func() time.Time { return time.Unix(1, 0) },
	})
}

func TestLookSeesAnAnswer(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.UserAgent() != "sigsync/test" {
			t.Errorf("request = %v, want no credentials, and who asks", r.Header)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	t.Cleanup(web.Close)
	got := look(t, web.URL, outbound.TransportOptions{}, 0)
	if got.Err != nil || got.Stage != outbound.StageAnswer || got.Status != http.StatusFound || got.Connected != "127.0.0.1" || got.TLS != "" || got.Proxy != "" {
		t.Errorf("Look = %+v, want the redirect itself", got)
	}
	if !got.At.Equal(time.Unix(1, 0)) || got.Header.Get("Date") == "" {
		t.Errorf("Look came at %v with %v, want the clock's time and a date", got.At, got.Header)
	}
}

func TestLookSeesCertificates(t *testing.T) {
	web := quietly(t, nil)
	trusted := look(t, web.URL, outbound.TransportOptions{CAFile: writePEM(t, "CERTIFICATE", web.Certificate().Raw)}, 0)
	if trusted.Err != nil || trusted.TLS != "TLS 1.3" || len(trusted.Chain) != 1 {
		t.Errorf("Look = %v, %s, %d certificates, want TLS 1.3 and one", trusted.Err, trusted.TLS, len(trusted.Chain))
	}
	refused := look(t, web.URL, outbound.TransportOptions{}, 0)
	if refused.Err == nil || refused.Stage != outbound.StageTLS || len(refused.Chain) != 1 || refused.Connected == "" {
		t.Errorf("Look = %v at %s, %d certificates, want a refused one that is shown", refused.Err, refused.Stage, len(refused.Chain))
	}
}

func TestLookSeesHowFarItCame(t *testing.T) {
	nobody := httptest.NewServer(nil)
	nobody.Close()
	plain := httptest.NewServer(http.HandlerFunc(ok))
	t.Cleanup(plain.Close)
	silent, hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })), 50*time.Millisecond
	t.Cleanup(silent.Close)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	t.Cleanup(refusing.Close)
	old := quietly(t, &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10})
	for _, c := range []struct {
		name, address, proxy string
		timeout              time.Duration
		want                 outbound.Stage
		say                  string
	}{
		{"no such name", "http://nowhere.invalid", "", 0, outbound.StageName, "nowhere.invalid"},
		{"nobody listens", nobody.URL, "", 0, outbound.StageConnection, "connection refused"},
		{"http at an https URL", strings.Replace(plain.URL, "http:", "https:", 1), "", 0, outbound.StageTLS, "does not look like a TLS handshake"},
		{"TLS that is too old", old.URL, "", 0, outbound.StageTLS, "protocol version"},
		{"no answer", silent.URL, "", hang, outbound.StageAnswer, "within the timeout of 50ms"},
		{"no proxy", plain.URL, nobody.URL, 0, outbound.StageConnection, "proxyconnect"},
		{"a proxy that refuses", "https://server.test", refusing.URL, 0, outbound.StageProxy, "Proxy Authentication Required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := look(t, c.address, outbound.TransportOptions{Proxy: c.proxy}, c.timeout)
			if got.Err == nil || got.Stage != c.want || !strings.Contains(got.Err.Error(), c.say) || got.Status != 0 {
				t.Errorf("Look = %v at stage %s, want stage %s and %q", got.Err, got.Stage, c.want, c.say)
			}
			if (got.Proxy != "") != (c.proxy != "") {
				t.Errorf("Look came through %q, want %q", got.Proxy, c.proxy)
			}
		})
	}
}

// A proxy that repeats what it is sent has its password taken out.
func TestLookKeepsTheProxysPassword(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, fmt.Sprintf("refused: %v, hunter22hunter22", r.Header), http.StatusForbidden)
	}))
	t.Cleanup(echo.Close)
	host := strings.TrimPrefix(echo.URL, "http://")
	got := look(t, "http://192.0.2.1/", outbound.TransportOptions{Proxy: "http://me:hunter22hunter22@" + host}, 0)
	said := strings.Join(got.Words, "\n")
	if got.Status != http.StatusForbidden || got.Proxy != host || !strings.Contains(said, "Proxy-Authorization:[Basic ***") || strings.Contains(said, "hunter22") {
		t.Errorf("Look = %d through %s: %s, want no password", got.Status, got.Proxy, said)
	}
}

func TestLookTakesInNoMoreThanItNeeds(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write([]byte(strings.Repeat("<x>", 1000))); err != nil {
				return
			}
		}
	}))
	t.Cleanup(web.Close)
	if got := look(t, web.URL, outbound.TransportOptions{}, 0); got.Err != nil || len(got.Body) != intake.RefusalBytes {
		t.Errorf("Look = %d bytes, %v, want %d", len(got.Body), got.Err, intake.RefusalBytes)
	}
}

func TestLookEndsWithItsContext(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	transport, err := outbound.NewTransport(outbound.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := outbound.Look(ctx, "http://"+listener.Addr().String(), outbound.SightOptions{Transport: transport}); got.Err == nil {
		t.Errorf("Look with a context that has ended = %+v, want an error", got)
	}
}
