package outbound

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// OIDC says how an identity token becomes an access token.
type OIDC struct {
	// URL is Artifactory's base URL. The exchange is at the platform's, which is
	// that without the last part of its path, the context path.
	URL string
	// Provider is the name of the integration on the server. Audience is sent
	// unless it is "".
	Provider, Audience string
	// Identity is the identity token, read anew for each exchange.
	Identity Secret
	// Transport carries the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout ends a request that takes longer; 0 is none.
	Timeout time.Duration
	// UserAgent names the program to the server's log.
	UserAgent string
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// Exchange logs in to Artifactory with access tokens that it has in exchange
// for identity tokens. The clients of one server share it: there is one
// exchange at a time. It repeats none that fails: who asks for it does.
type Exchange struct {
	options  OIDC
	url      string
	requests Counter

	mu sync.Mutex
	// token is nil before the first exchange, and where it was refused.
	token Secret
	// account is whose token that is, as the server says; "" where it does not.
	account string
	// renewal is when another one is needed; zero where the server did not say.
	renewal time.Time
	flight  *flight
	// refused is why the identity token "by" was.
	refused error
	by      fingerprint
}

// flight is an exchange that is under way.
type flight struct {
	done  chan struct{} // closed when it has ended
	token Secret
	err   error
	// account is whose the token is.
	account string
}

// NewExchange makes an exchange. It sends nothing.
func NewExchange(o OIDC) (*Exchange, error) {
	base, err := ParseBase(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Exchange{options: o, url: platform(base) + "/access/api/v1/oidc/token"}, nil
}

// platform is a base URL without the last part of its path.
func platform(base string) string {
	scheme, rest, _ := strings.Cut(base, "://")
	if cut := strings.LastIndexByte(rest, '/'); cut >= 0 {
		rest = rest[:cut]
	}
	return scheme + "://" + rest
}

// Requests returns what has been sent so far; the operation is oidc.
func (x *Exchange) Requests() Requests { return x.requests.Requests() }

// Account is the name of the user that the server granted a token last, as far as
// it says; else "".
func (x *Exchange) Account() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.account
}

// Authorize adds an access token that is still good, and has one exchanged
// where there is none.
func (x *Exchange) Authorize(r *http.Request) error {
	token, err := x.fresh(r.Context())
	if err != nil {
		return fmt.Errorf("exchange identity token: %w", err)
	}
	return Bearer(token)(r)
}

// Renew gives up an access token that was refused, unless there is another one
// already. refused is the Identity of the request.
func (x *Exchange) Renew(refused string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.token == nil {
		return
	}
	if token, _ := x.token(); refused == "Bearer "+token {
		x.token = nil
	}
}

// fresh returns the token that there is, or joins or begins an exchange. Who
// waits for one whose request was canceled begins another.
func (x *Exchange) fresh(ctx context.Context) (Secret, error) {
	for {
		x.mu.Lock()
		if x.token != nil && (x.renewal.IsZero() || x.options.Now().Before(x.renewal)) {
			token := x.token
			x.mu.Unlock()
			return token, nil
		}
		f := x.flight
		if f == nil {
			return x.lead(ctx)
		}
		x.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if !errors.Is(f.err, context.Canceled) && !errors.Is(f.err, context.DeadlineExceeded) {
			return f.token, f.err
		}
	}
}

// lead is called with the lock, and returns without.
func (x *Exchange) lead(ctx context.Context) (Secret, error) {
	f := &flight{done: make(chan struct{})}
	x.flight = f
	x.mu.Unlock()
	var renewal time.Time
	f.token, renewal, f.err = x.ask(ctx, f)
	x.mu.Lock()
	x.flight = nil
	if f.err == nil {
		x.token, x.renewal, x.account = f.token, renewal, f.account
	}
	x.mu.Unlock()
	close(f.done)
	return f.token, f.err
}

// ask sends an identity token, unless it was refused before.
func (x *Exchange) ask(ctx context.Context, f *flight) (Secret, time.Time, error) {
	identity, err := x.options.Identity()
	if err != nil {
		return nil, time.Time{}, err
	}
	by := fingerprint(sha256.Sum256([]byte(identity)))
	if x.refused != nil && x.by == by { // flights do not meet
		return nil, time.Time{}, x.refused
	}
	granted, begun, err := x.send(ctx, identity)
	x.refused, x.by = nil, by
	if e, ok := errors.AsType[*Error](err); ok && e.Status >= http.StatusBadRequest && !e.Passing() {
		x.refused = err
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	account, _ := granted.Username.(string)
	f.account = Clip(account)
	return Literal(granted.Token), granted.renewal(begun), nil
}

// granted is what the server gives for an identity token.
type granted struct {
	Token     string  `json:"access_token"`
	ExpiresIn float64 `json:"expires_in"` // seconds
	// Username is a text, and nobody's business where it is not.
	Username any `json:"username"`
}

// maxHead is how long before its end a token is exchanged for another at the most.
const maxHead = time.Minute

// renewal is a quarter of the token's time before its end, so that no request
// under way outlasts it.
func (g granted) renewal(begun time.Time) time.Time {
	if g.ExpiresIn <= 0 {
		return time.Time{}
	}
	lifetime := time.Duration(min(g.ExpiresIn, maxSeconds) * float64(time.Second))
	return begun.Add(lifetime - min(lifetime/4, maxHead))
}

// maxSeconds keeps what a server says within a time.Duration: ten years.
const maxSeconds = 10 * 365 * 24 * 60 * 60

func (x *Exchange) send(ctx context.Context, identity string) (granted, time.Time, error) {
	var g granted
	req, err := x.request(ctx, identity)
	if err != nil {
		return g, time.Time{}, err
	}
	begun := x.options.Now()
	x.requests.Add("oidc", false)
	ctx, deadline := NewDeadline(ctx, x.options.Timeout, false)
	e := &Error{Operation: "oidc", Method: req.Method, URL: x.url}
	answer, err := deadline.Outcome(x.options.Transport.RoundTrip(req.WithContext(WithOperation(ctx, e.Operation))))
	if err != nil {
		e.Cause = fmt.Errorf("%w: %w", oci.ErrUnavailable, err)
		return g, begun, e
	}
	answer.Body = deadline.Watch(answer.Body)
	defer func() { _ = answer.Body.Close() }()
	at := Place{Name: "the platform of an Artifactory", Hint: "(is the server in maintenance?)"}
	if answer.StatusCode != http.StatusOK {
		e.Refuse(answer, at, Hider{}.With(identity))
		return g, begun, e
	}
	e.Status = answer.StatusCode
	body, err := at.ReadAll(answer.Header.Get("Content-Type"), answer.Body, intake.GrantBytes)
	if err != nil {
		e.Cause = err
		return g, begun, e
	}
	// What a decoder says may hold a part of the token.
	if json.Unmarshal(body, &g) != nil || g.Token == "" || strings.ContainsAny(g.Token, " \r\n\t") {
		e.Cause = fmt.Errorf("%w: the answer holds no access token", oci.ErrIncomplete)
		return granted{}, begun, e
	}
	return g, begun, nil
}

func (x *Exchange) request(ctx context.Context, identity string) (*http.Request, error) {
	body, err := json.Marshal(struct {
		GrantType string `json:"grant_type"`
		Type      string `json:"subject_token_type"`
		Token     string `json:"subject_token"`
		Provider  string `json:"provider_name"`
		Audience  string `json:"audience,omitempty"`
	}{
		"urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:token-type:id_token",
		identity, x.options.Provider, x.options.Audience,
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, x.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", x.options.UserAgent)
	return req, nil
}
