package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"

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
	origin  *url.URL

	// loggingIn tells that what is sent now is the request for a token, granted
	// that one was answered for the credentials.
	loggingIn, granted bool
	// failed is why the last of them did not bring an answer, or no token.
	failed *outbound.Error
	// unknown is why there are no credentials.
	unknown error
	// sent are those that had credentials, secrets what they consist of.
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
	answer, err := session.Do(req)
	if err != nil {
		return nil, x.explain(err)
	}
	e := x.request.failure(answer.StatusCode, nil)
	switch {
	case answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices:
		x.refuse(e, answer)
	case outbound.IsPage(answer.Header.Get("Content-Type"), nil) && x.request.operation != "referrers":
		e.Cause = x.client.place().Page()
	default:
		return answer, nil
	}
	_ = answer.Body.Close()
	return nil, e
}

func (x *exchange) credential(ctx context.Context, host string) (auth.Credential, error) {
	found, err := x.client.login.credential(ctx, host)
	x.unknown = err
	x.secrets = append(x.secrets, found.Password, found.AccessToken, found.RefreshToken)
	return found, err
}

// redirect follows what reads to where blobs are stored. What writes is not
// followed: a POST would become a GET, which looks like success. Credentials
// stay where they belong, whatever way leads elsewhere and back.
func (x *exchange) redirect(next *http.Request, via []*http.Request) error {
	switch {
	case via[0].Method != http.MethodGet && via[0].Method != http.MethodHead:
		return http.ErrUseLastResponse
	case len(via) >= 10:
		return errors.New("it redirects in circles")
	case via[0].URL.Scheme == "https" && next.URL.Scheme != "https":
		return errors.New("it redirects from https to http")
	case !sameOrigin(via[0].URL, next.URL):
		next.Header.Del("Authorization")
	}
	return nil
}

// explain makes an Error of what oras-go says instead of an answer.
func (x *exchange) explain(err error) error {
	switch {
	case x.failed != nil:
		return x.failed
	case x.unknown != nil:
		return fmt.Errorf("%s: %w", x.request.operation, x.unknown)
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return x.request.failure(http.StatusUnauthorized, fmt.Errorf("%w: it asks for a login, and there are no credentials for it", oci.ErrUnauthorized))
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the URL may be that of a redirect, which holds a signature
	}
	return x.request.failure(0, fmt.Errorf("%w: %w", oci.ErrUnavailable, err))
}

// refuse reads a refusal.
func (x *exchange) refuse(e *outbound.Error, answer *http.Response) {
	said := e.Refuse(answer, x.client.place(), outbound.Hide(x.sent...).With(x.secrets...))
	means := func(code string) bool {
		for _, c := range said.Codes {
			if strings.EqualFold(c, code) {
				return true
			}
		}
		return false
	}
	challenge := answer.Header.Get("Www-Authenticate")
	switch {
	case e.Status == http.StatusUnauthorized && x.granted && !strings.Contains(challenge, "invalid_token"):
		// The login was accepted, and its token does not go far enough.
		e.Cause = oci.ErrDenied
	case e.Status == http.StatusMethodNotAllowed, means("UNSUPPORTED") && errors.Is(e.Cause, oci.ErrNotFound),
		means("UNSUPPORTED") && errors.Is(e.Cause, outbound.ErrRefused):
		e.Cause = oci.ErrUnsupported
	case errors.Is(e.Cause, oci.ErrNotFound) && e.Status != http.StatusNotFound:
		e.Cause = fmt.Errorf("%w with status %d", outbound.ErrRefused, e.Status)
	}
}
