package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// RoundTrip sends what oras-go and redirects make of the request, each in its
// own time, and counts it.
func (x *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	x.failed = nil
	if r.Response == nil { // no redirect
		x.loggingIn = r.URL.String() != x.origin.String()
	}
	if err := x.client.limiter.Wait(r.Context()); err != nil {
		return nil, x.fail(r, err)
	}
	r, preset, err := x.authorize(r)
	if err != nil {
		return nil, x.fail(r, err)
	}
	x.client.requests.Add(x.operation(), x.retry)
	ctx, deadline := outbound.NewDeadline(r.Context(), x.client.timeout, x.request.streams && !x.loggingIn)
	r = r.WithContext(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = deadline.Sending(r.Body)
	}
	answer, err := x.client.transport.RoundTrip(r)
	if err != nil {
		err = deadline.Blame(err)
		deadline.Stop()
		return nil, x.fail(r, err)
	}
	answer.Body = deadline.Watch(answer.Body)
	if x.loggingIn {
		return answer, x.judge(r, answer)
	}
	if preset {
		settle(r, answer)
	}
	return answer, nil
}

func (x *exchange) operation() string {
	if x.loggingIn {
		return "token"
	}
	return x.request.operation
}

// fail notes why there is no answer.
func (x *exchange) fail(r *http.Request, err error) error {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	x.failed = &outbound.Error{
		Operation: x.operation(), Method: r.Method, URL: withoutQuery(r.URL.Redacted()), Cause: fmt.Errorf("%w: %w", oci.ErrUnavailable, err),
	}
	return err
}

// authorize adds Artifactory's credentials to a request to it that has none:
// it is not asked first. It tells whether it did.
func (x *exchange) authorize(r *http.Request) (*http.Request, bool, error) {
	own := sameOrigin(r.URL, x.origin)
	if x.client.artifactory && x.loggingIn && !own {
		return r, false, errors.New("the login is at another host")
	}
	preset := x.client.login.authorize != nil && own && !x.loggingIn && r.Header.Get("Authorization") == ""
	if preset {
		r = r.Clone(r.Context())
		if err := x.client.login.authorize(r); err != nil {
			return r, false, err
		}
	}
	x.sent = append(x.sent, r)
	return r, preset, nil
}

// settle takes away the challenge of a login that has been answered already:
// only a user name and a password can still be exchanged for a token, and the
// same credentials sent twice are two bad logins.
func settle(r *http.Request, answer *http.Response) {
	if answer.StatusCode != http.StatusUnauthorized {
		return
	}
	challenges := answer.Header.Values("Www-Authenticate")
	answer.Header.Del("Www-Authenticate")
	if _, _, basic := r.BasicAuth(); !basic {
		return
	}
	for _, c := range challenges {
		if scheme, _, _ := strings.Cut(c, " "); strings.EqualFold(scheme, "Bearer") {
			answer.Header.Set("Www-Authenticate", c)
			return
		}
	}
}

// judge reads the answer to a request for a token. oras-go keeps neither its
// words nor the pause that it asks for.
func (x *exchange) judge(r *http.Request, answer *http.Response) error {
	redirect := answer.StatusCode >= http.StatusMultipleChoices && answer.StatusCode < http.StatusBadRequest && r.Method == http.MethodGet
	if redirect {
		return nil
	}
	if answer.StatusCode == http.StatusOK && !outbound.IsPage(answer.Header.Get("Content-Type"), nil) {
		x.granted = r.Method == http.MethodPost || r.Header.Get("Authorization") != ""
		return nil
	}
	x.failed = &outbound.Error{Operation: "token", Method: r.Method, URL: withoutQuery(r.URL.Redacted()), Status: answer.StatusCode}
	if answer.StatusCode == http.StatusOK {
		x.failed.Cause = outbound.Place{Name: "where tokens are", Hint: "(is the server in maintenance?)"}.Page()
	} else {
		x.failed.Refuse(answer, x.client.place(), outbound.Hide(x.sent...).With(x.secrets...))
	}
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(nil))
	return nil
}
