package registry

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
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
	r, err := x.authorize(r)
	if err != nil {
		x.unsent = err
		return nil, x.fail(r, err)
	}
	if x.loggingIn && (x.known || x.client.artifactory) && !x.mayLogIn(r.URL) {
		return nil, x.elsewhere(r)
	}
	turn, err := x.client.pace.Wait(r.Context())
	if err != nil {
		x.unsent = err
		return nil, x.fail(r, err)
	}
	answer, err := x.pass(r, turn)
	if err != nil {
		turn.Leave()
		return nil, err
	}
	switch {
	case x.loggingIn:
		x.judge(r, answer)
	case x.preset:
		x.settle(r, answer)
	}
	return answer, nil
}

// pass sends a request whose turn it is.
func (x *exchange) pass(r *http.Request, turn *outbound.Turn) (*http.Response, error) {
	x.client.requests.Add(x.operation(), x.retry)
	ctx, deadline := outbound.NewDeadline(r.Context(), x.client.timeout, x.request.streams && !x.loggingIn)
	r = r.WithContext(outbound.WithOperation(ctx, x.operation()))
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = deadline.Sending(r.Body)
	}
	answer, err := deadline.Outcome(x.client.transport.RoundTrip(r))
	if err != nil {
		return nil, x.fail(r, err)
	}
	turn.Answered(x.timed(), answer.StatusCode)
	answer.Body = turn.Until(deadline.Watch(answer.Body))
	if x.request.streams {
		// What is read may go into an upload, which waits for a turn of its own.
		turn.Leave()
	}
	return answer, nil
}

// timed is what the time of an answer is compared with: that of what streams
// depends on how much there is.
func (x *exchange) timed() string {
	if x.request.streams {
		return ""
	}
	return x.operation()
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
		Operation: x.operation(), Method: r.Method, URL: withoutQuery(r.URL.Redacted()),
		Cause: fmt.Errorf("%w: %w", oci.ErrUnavailable, err),
	}
	return err
}

// authorize adds credentials that are sent at once to a request that has none.
func (x *exchange) authorize(r *http.Request) (*http.Request, error) {
	var err error
	authorize := x.client.login.authorize
	x.preset = authorize != nil && sameOrigin(r.URL, x.origin) && !x.loggingIn && r.Header.Get("Authorization") == ""
	if x.preset {
		r = r.Clone(r.Context())
		err = authorize(r)
	}
	x.sent = append(x.sent, r)
	return r, err
}

// settle takes away the challenge of a login that has been answered already:
// only a user name and a password can still be exchanged for a token, unless the
// server says that they are wrong. The same credentials sent twice are two bad
// logins.
func (x *exchange) settle(r *http.Request, answer *http.Response) {
	if answer.StatusCode != http.StatusUnauthorized {
		x.client.direct.Store(x.client.direct.Load() || answer.StatusCode < http.StatusMultipleChoices)
		return
	}
	challenges := answer.Header.Values("Www-Authenticate")
	answer.Header.Del("Www-Authenticate")
	if _, _, basic := r.BasicAuth(); !basic || outbound.SaysWrong(answer) || r.Method == http.MethodHead && !x.mayExchange(r) {
		return
	}
	for _, c := range challenges {
		if scheme, _, _ := strings.Cut(c, " "); strings.EqualFold(scheme, "Bearer") {
			answer.Header.Set("Www-Authenticate", c)
			return
		}
	}
}

// mayExchange tells whether credentials that were refused without a word are
// right all the same: the server took them elsewhere, and never took them here
// without a token.
func (x *exchange) mayExchange(r *http.Request) bool {
	return !x.client.direct.Load() && x.client.door.Accepted(outbound.Identity(r))
}

// judge reads the answer to a request for a token. oras-go keeps neither its
// words nor the pause that it asks for.
func (x *exchange) judge(r *http.Request, answer *http.Response) {
	if reads(r.Method) && answer.StatusCode >= http.StatusMultipleChoices && answer.StatusCode < http.StatusBadRequest {
		return // a redirect, which is followed
	}
	if answer.StatusCode == http.StatusOK && !outbound.IsPage(answer.Header.Get("Content-Type"), nil) {
		x.client.scopes.learn(x.request.scopes, r.URL.Query()["scope"])
		return
	}
	body, _ := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes)) // a cut-off refusal is a refusal
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	x.failed = &outbound.Error{Operation: "token", Method: r.Method, URL: withoutQuery(r.URL.Redacted()), Status: answer.StatusCode}
	if answer.StatusCode == http.StatusOK {
		x.failed.Cause = x.client.place().Page()
	} else {
		x.failed.Refuse(answer, x.client.place(), x.hider())
	}
	x.failed.Cause = meaningOfLogin(x.failed.Cause)
	answer.Body = io.NopCloser(bytes.NewReader(body)) // for those who wait for the same token
}
