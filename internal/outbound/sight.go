package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
)

// Stage is how far a request came.
type Stage string

// The stages, in the order in which a request passes them.
const (
	// StageName is the look-up of the host's name.
	StageName Stage = "name"
	// StageConnection is the connection to the host, or to the proxy.
	StageConnection Stage = "connection"
	// StageProxy is the way through the proxy.
	StageProxy Stage = "proxy"
	// StageTLS is the agreement on encryption, and the certificate.
	StageTLS Stage = "tls"
	// StageAnswer is what comes afterwards.
	StageAnswer Stage = "answer"
)

// Sight is what somebody sees of a server who sends one request to it, without
// credentials.
type Sight struct {
	// Proxy is the host of the proxy that was used; "" for none.
	Proxy string
	// Addresses are what the host's name, or the proxy's, was resolved to: sorted,
	// and none where it is an address itself.
	Addresses []string
	// Connected is the address, without its port, that was connected to; "" where
	// none was.
	Connected string
	// TLS is the version of the protocol, as in "TLS 1.3"; "" without.
	TLS string
	// Chain are the certificates that the server showed, its own first, also where
	// they were refused.
	Chain []*x509.Certificate
	// Ends is when the first of the certificates ends by which the server is
	// trusted, its authority's included; zero where none was verified.
	Ends time.Time

	// Status is that of the answer; 0 where none came.
	Status int
	// Header is that of the answer, Body its first bytes: neither is fit to be shown.
	Header http.Header
	Body   []byte
	// Words are what the body says of a refusal, fit to be shown.
	Words []string
	// At is when the answer came.
	At time.Time

	// Stage is how far the request came, Err why not further; nil where there is
	// an answer.
	Stage Stage
	Err   error
}

// SightOptions say how to look at a server.
type SightOptions struct {
	// Transport carries the request. It may have a proxy.
	Transport *http.Transport
	// Timeout ends a request that takes longer; 0 is none.
	Timeout time.Duration
	// UserAgent names the program to the server's log.
	UserAgent string
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// sight is one in the making: connections may be tried beside each other, and
// one that lost goes on for a while.
type sight struct {
	mu sync.Mutex
	Sight
}

// Look sends one GET without credentials, follows nothing and repeats nothing.
func Look(ctx context.Context, address string, o SightOptions) Sight {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &sight{Sight: Sight{Stage: StageName}}
	ctx, deadline := NewDeadline(ctx, o.Timeout, false)
	defer deadline.Stop()
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, s.trace()), http.MethodGet, address, http.NoBody)
	if err != nil {
		return Sight{Stage: StageName, Err: err}
	}
	req.Header.Set("User-Agent", o.UserAgent)
	hide := s.through(o.Transport, req)
	answer, err := o.Transport.RoundTrip(req)
	at := o.Now()
	if err != nil {
		return s.failed(deadline.Blame(err))
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes))
	if err != nil {
		return s.failed(deadline.Blame(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Stage, s.Status, s.Header, s.Body, s.At = StageAnswer, answer.StatusCode, answer.Header, body, at
	s.Words = hide.Presentable(Read(body).Words)
	if answer.TLS != nil {
		s.secured(*answer.TLS)
	}
	return s.Sight
}

// through notes the proxy, and knows what of its login must not be repeated.
func (s *sight) through(t *http.Transport, req *http.Request) Hider {
	if t.Proxy == nil {
		return Hider{}
	}
	proxy, err := t.Proxy(req)
	if err != nil || proxy == nil {
		return Hider{}
	}
	s.Proxy = proxy.Host
	password, _ := proxy.User.Password()
	login := &http.Request{Header: http.Header{}}
	login.SetBasicAuth(proxy.User.Username(), password)
	return Hide(login)
}

func (s *sight) trace() *httptrace.ClientTrace {
	locked := func(note func()) {
		s.mu.Lock()
		defer s.mu.Unlock()
		note()
	}
	return &httptrace.ClientTrace{
		DNSDone: func(found httptrace.DNSDoneInfo) {
			locked(func() {
				for _, a := range found.Addrs {
					s.Addresses = append(s.Addresses, a.String())
				}
				slices.Sort(s.Addresses)
				s.Addresses = slices.Compact(s.Addresses)
			})
		},
		ConnectStart: func(string, string) { locked(func() { s.reach(StageConnection) }) },
		GotConn: func(c httptrace.GotConnInfo) {
			locked(func() {
				s.connected(c.Conn.RemoteAddr().String())
				s.reach(StageAnswer)
			})
		},
		ConnectDone: func(_, address string, err error) {
			locked(func() {
				if err == nil {
					s.connected(address)
					s.reach(StageProxy)
				}
			})
		},
		TLSHandshakeStart: func() { locked(func() { s.reach(StageTLS) }) },
	}
}

func (s *sight) connected(address string) {
	if host, _, err := net.SplitHostPort(address); err == nil {
		s.Connected = host
	}
}

// reach goes forward only.
func (s *sight) reach(to Stage) {
	order := []Stage{StageName, StageConnection, StageProxy, StageTLS, StageAnswer}
	if slices.Index(order, to) > slices.Index(order, s.Stage) {
		s.Stage = to
	}
}

func (s *sight) secured(state tls.ConnectionState) {
	s.TLS, s.Chain = tls.VersionName(state.Version), state.PeerCertificates
	// Of several ways to trust it, the one that lasts counts.
	for _, way := range state.VerifiedChains {
		ends := slices.MinFunc(way, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }).NotAfter
		if ends.After(s.Ends) {
			s.Ends = ends
		}
	}
}

// failed says why there is no answer, without a URL: a proxy's may hold a
// password.
func (s *sight) failed(err error) Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		s.Stage = StageName
	}
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		s.Stage, s.Chain = StageTLS, e.UnverifiedCertificates
	}
	if errors.As(err, new(tls.RecordHeaderError)) {
		s.Stage = StageTLS
	}
	// A server that refuses a client's certificate says so when the request is sent.
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "remote error" {
		s.Stage = StageTLS
	}
	s.Err = err
	found := s.Sight
	found.Addresses, found.Chain = slices.Clone(s.Addresses), slices.Clone(s.Chain)
	return found
}
