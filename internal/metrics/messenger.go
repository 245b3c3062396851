package metrics

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
)

// messenger sends to a gateway and says why it was refused.
type messenger struct {
	client http.Client
	mask   *strings.Replacer
}

func newMessenger(client *http.Client, user *url.Userinfo) *messenger {
	m := &messenger{mask: masking(user)}
	if client != nil {
		m.client = *client
	}
	// A redirected POST becomes a GET, whose answer says nothing of what was sent.
	m.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return m
}

// masking hides credentials: badly set proxies repeat requests in their refusals.
func masking(user *url.Userinfo) *strings.Replacer {
	if user == nil {
		return strings.NewReplacer()
	}
	secret, given := user.Password()
	sent := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + secret))
	if !given {
		secret = user.Username() // a token
	}
	hidden := []string{strings.TrimRight(sent, "="), "***"}
	if secret != "" {
		hidden = append(hidden, secret, "***")
	}
	return strings.NewReplacer(hidden...)
}

// Do implements push.HTTPDoer. Any answer but a success is an error.
func (m *messenger) Do(r *http.Request) (*http.Response, error) {
	answer, err := m.client.Do(r) //nolint:gosec // the URL is the configuration's
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the URL
	}
	if err != nil {
		return nil, &unsentError{presentable(m.mask.Replace(err.Error())), err}
	}
	if answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusAccepted {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, m.refusal(answer)
}

// refusal is what the gateway answered, in one line.
func (m *messenger) refusal(answer *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes)) // what came of it
	said := fmt.Sprintf("answered %d", answer.StatusCode)
	if words := presentable(m.mask.Replace(string(text))); words != "" {
		said += ": " + words
	}
	return errors.New(said)
}

// unsentError is a request that no answer came to.
type unsentError struct {
	words string
	cause error
}

func (e *unsentError) Error() string { return e.words }

func (e *unsentError) Unwrap() error { return e.cause }
