package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// AuthHeader carries the secret or the signature, in Go's spelling.
const AuthHeader = "X-Jfrog-Event-Auth"

// privateError says why nothing is sent to an address.
type privateError struct{}

// Error names the switch.
func (privateError) Error() string {
	return "private and loopback addresses are blocked unless they are allowed (AllowPrivate, allow_private)"
}

// newClient makes a client that follows no redirects, uses no proxy, and
// reaches no private address unless that is allowed. The address is looked at
// when it is dialed: a name may lead anywhere.
func newClient(allowPrivate bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !allowPrivate {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || private(at.Addr()) {
				return privateError{}
			}
			return nil
		}
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: concurrency, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func private(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified()
}

// authorization is the value of AuthHeader.
func (h Handler) authorization(body []byte) string {
	if h.Secret == "" || !h.UseSecretForSigning {
		return h.Secret
	}
	mac := hmac.New(sha256.New, []byte(h.Secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// post sends a body once and returns the status of the answer.
func (s *Sender) post(ctx context.Context, h Handler, body []byte) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	for _, header := range h.CustomHTTPHeaders {
		request.Header.Set(header.Name, header.Value)
	}
	if value := h.authorization(body); value != "" {
		request.Header.Set(AuthHeader, value)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("send: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // keeps the connection; what it says is nobody's
	_ = response.Body.Close()
	return response.StatusCode, nil
}

// outcome judges an answer.
func outcome(ctx context.Context, status int, err error) Outcome {
	_, blocked := errors.AsType[privateError](err)
	switch {
	case ctx.Err() != nil && err != nil:
		return Ended
	case blocked:
		return Blocked
	case err != nil, status >= http.StatusInternalServerError:
		return Failed
	case status >= http.StatusOK && status < http.StatusMultipleChoices:
		return Delivered
	default:
		return Refused
	}
}
