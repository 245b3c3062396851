package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// exchange is one attempt of a request with all that it takes: the login, the
// request again, and the place that a redirect leads to. It stands below
// oras-go's login and sees each of them.
type exchange struct {
	client  *Client
	request request
	retry   bool
	// known tells that the client has credentials.
	known  bool
	origin *url.URL

	// loggingIn tells that what is sent now is the request for a token, preset
	// that its credentials are Artifactory's, which are not asked for.
	loggingIn, preset bool
	// failed is why the last of them did not bring an answer, or no token.
	failed *outbound.Error
	// unsent is why there was nothing to send, or nothing to log in with.
	unsent error
	// astray is why a redirect was not followed.
	astray error
	// sent is all of it, secrets what there was to log in with.
	sent    []*http.Request
	secrets []string
}

// send returns an answer of success, whose body the caller closes.
func (x *exchange) send(req *http.Request) (*http.Response, error) {
	x.origin = req.URL
	tokens := x.client.tokens
	if x.request.operation == "referrers" {
		tokens = x.client.referrersTokens
	}
	session := &auth.Client{
		Client: &http.Client{Transport: x, CheckRedirect: x.redirect},
		Header: x.client.header, Credential: x.credential, Cache: tokens, ClientID: "sigsync",
	}
	scopes := x.client.scopes.of(x.request.scopes)
	answer, err := session.Do(req.WithContext(auth.WithScopes(req.Context(), scopes...)))
	if err != nil {
		return nil, x.explain(err)
	}
	e := x.request.failure(answer.StatusCode, nil)
	switch {
	case answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices:
		x.refuse(e, answer)
	case reads(req.Method) && answer.StatusCode != http.StatusOK:
		e.Cause = fmt.Errorf("%w: what is there is answered with 200", oci.ErrIncomplete)
	case outbound.IsPage(answer.Header.Get("Content-Type"), nil) && !x.mayBePage():
		e.Cause = x.client.place().Page()
	default:
		return answer, nil
	}
	_ = answer.Body.Close()
	return nil, e
}

// mayBePage tells of the one question that some registries answer with a page
// for people where they do not know it: a page of Artifactory's is maintenance.
func (x *exchange) mayBePage() bool {
	return x.request.operation == "referrers" && !x.client.artifactory
}

func (x *exchange) credential(ctx context.Context, host string) (auth.Credential, error) {
	found, err := x.client.login.credential(ctx, host)
	x.unsent = err
	x.secrets = append(x.secrets, found.Password, found.AccessToken, found.RefreshToken)
	return found, err
}

// redirect follows what reads to where blobs are stored. What writes is not
// followed: a POST would become a GET, which looks like success. Credentials
// stay where they belong, whatever way leads elsewhere and back.
func (x *exchange) redirect(next *http.Request, via []*http.Request) error {
	switch {
	case !reads(via[0].Method):
		return http.ErrUseLastResponse
	case len(via) >= 10:
		x.astray = errors.New("it redirects in circles")
	case via[0].URL.Scheme == "https" && next.URL.Scheme != "https":
		x.astray = errors.New("it redirects from https to http")
	case !sameOrigin(via[0].URL, next.URL):
		next.Header.Del("Authorization")
	}
	return x.astray
}

func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// explain makes an Error of what oras-go says instead of an answer.
func (x *exchange) explain(err error) error {
	switch {
	case x.unsent != nil:
		return fmt.Errorf("%s: %w", x.request.operation, x.unsent)
	case x.failed != nil:
		return x.failed
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return x.request.failure(http.StatusUnauthorized, fmt.Errorf("%w: there are no credentials for it", oci.ErrUnauthorized))
	}
	if shared, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		return x.shared(shared)
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		// Its text holds the URL of a redirect, and that a signature.
		if err = x.astray; err == nil {
			err = errors.New("it redirects to what is no URL")
		}
	}
	return x.request.failure(0, fmt.Errorf("%w: %w", oci.ErrUnavailable, err))
}

// shared is the refusal of a token that another request was waiting for too,
// and which that one has seen.
func (x *exchange) shared(r *errcode.ErrorResponse) error {
	var said outbound.Said
	for _, e := range r.Errors {
		said.Words = append(said.Words, cmp.Or(e.Message, e.Code))
	}
	return &outbound.Error{
		Operation: "token", Method: r.Method, URL: withoutQuery(r.URL.Redacted()), Status: r.StatusCode,
		Messages: x.hider().Presentable(said.Words), Cause: meaningOfLogin(said.Meaning(r.StatusCode)),
	}
}

// meaningOfLogin keeps what is said of a login from being said of what it is for.
func meaningOfLogin(cause error) error {
	if errors.Is(cause, oci.ErrNotFound) {
		return fmt.Errorf("%w: there is no login", outbound.ErrRefused)
	}
	return cause
}

// hider takes out what was sent, and what another request was sent with that
// this one waits for.
func (x *exchange) hider() outbound.Hider {
	return outbound.Hide(x.sent...).With(x.secrets...).With(x.client.login.secrets()...)
}

// refuse reads a refusal.
func (x *exchange) refuse(e *outbound.Error, answer *http.Response) {
	said := e.Refuse(answer, x.client.place(), x.hider())
	unsupported := slices.Contains(said.Codes, errcode.ErrorCodeUnsupported)
	switch absent := errors.Is(e.Cause, oci.ErrNotFound); {
	case e.Status == http.StatusUnauthorized && x.granted() && !strings.Contains(answer.Header.Get("Www-Authenticate"), "invalid_token"):
		// The login was accepted, and its token does not go far enough.
		e.Cause = oci.ErrDenied
	case e.Status == http.StatusMethodNotAllowed, unsupported && (absent || errors.Is(e.Cause, outbound.ErrRefused)):
		e.Cause = oci.ErrUnsupported
	case absent && e.Status != http.StatusNotFound:
		e.Cause = fmt.Errorf("%w with status %d", outbound.ErrRefused, e.Status)
	case absent && x.client.artifactory && answer.Request.URL.Path != x.origin.Path:
		// Somebody who is sent to a login or a page and finds none there knows
		// nothing of what was asked for.
		e.Cause = fmt.Errorf("%w: it redirects to what is not there", outbound.ErrRefused)
	}
}

// granted tells whether the last request had a token that was granted for the
// client's credentials.
func (x *exchange) granted() bool {
	scheme, token, _ := strings.Cut(x.sent[len(x.sent)-1].Header.Get("Authorization"), " ")
	return x.known && !x.preset && scheme == "Bearer" && !slices.Contains(x.secrets, token)
}
