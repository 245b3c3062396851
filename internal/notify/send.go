package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/outbound"
)

// How often a notification is sent, and how long is waited in between.
const (
	attempts     = 3
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// refusal is why one attempt did not reach a receiver.
type refusal struct {
	words  string
	status int
	// passing tells whether it may be otherwise soon; wait is for how long the
	// receiver wants to be left alone.
	passing bool
	wait    time.Duration
}

// Error says why, without anything of the URL.
func (r *refusal) Error() string { return r.words }

// send posts a body to a receiver, again where that may help.
func (n *Notifier) send(ctx context.Context, log logrus.FieldLogger, r *receiver, m Message) error {
	u, err := r.readURL()
	if err != nil {
		return err
	}
	body, err := r.make(m)
	if err != nil {
		return err
	}
	hider := r.hide(u, body)
	retry := outbound.Retry{Initial: firstPause, Max: longestPause, Sleep: n.options.Sleep}
	for attempt := 1; ; attempt++ {
		failed := n.post(ctx, u, body, hider)
		switch {
		case failed == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("given up: %w", context.Cause(ctx))
		case attempt == attempts || !failed.passing:
			return failed
		}
		log.WithFields(logrus.Fields{"attempt": attempt, "status": failed.status}).WithError(failed).
			Warn(r.name + ": not taken, sent again")
		if err := retry.Pause(ctx, attempt, failed.wait); err != nil {
			return fmt.Errorf("given up: %w", err)
		}
	}
}

// post sends a body once. A redirect is not followed: where it leads, nobody
// has said that the notification and the URL's secret may go.
func (n *Notifier) post(ctx context.Context, u *url.URL, body []byte, hider outbound.Hider) *refusal {
	ctx, cancel := context.WithTimeoutCause(ctx, n.options.Timeout, fmt.Errorf("no answer within %s", n.options.Timeout))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return &refusal{words: "the URL cannot be used"}
	}
	req.Header.Set("Content-Type", "application/json")
	if n.options.UserAgent != "" {
		req.Header.Set("User-Agent", n.options.UserAgent)
	}
	answer, err := n.client.Do(req)
	if err != nil {
		return &refusal{words: networkWords(ctx, err, hider), passing: true}
	}
	defer answer.Body.Close()
	if answer.StatusCode < http.StatusMultipleChoices {
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, intake.RestBytes)) // for the connection; the answer is good
		return nil
	}
	return refused(answer, hider)
}

// networkWords are those of the network. net/http puts the URL before them.
func networkWords(ctx context.Context, err error, hider outbound.Hider) string {
	if ctx.Err() != nil {
		return context.Cause(ctx).Error()
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return strings.Join(hider.Presentable([]string{err.Error()}), "")
}

func refused(answer *http.Response, hider outbound.Hider) *refusal {
	r := &refusal{status: answer.StatusCode, words: fmt.Sprintf("answered %d", answer.StatusCode)}
	if r.status < http.StatusBadRequest {
		r.words = fmt.Sprintf("answered %d, a redirect: give the URL to which it leads", r.status)
		return r
	}
	said, _ := io.ReadAll(io.LimitReader(answer.Body, intake.RefusalBytes)) // a cut-off refusal is a refusal
	answer.Body = io.NopCloser(bytes.NewReader(said))
	var read outbound.Error
	read.Refuse(answer, outbound.Place{}, hider)
	words := read.Messages
	if len(words) == 0 && !outbound.IsPage(answer.Header.Get("Content-Type"), said) {
		words = hider.Presentable([]string{string(said)})
	}
	if text := strings.TrimSpace(strings.Join(words, "; ")); text != "" {
		r.words += ": " + outbound.Clip(text)
	}
	r.wait = read.RetryAfter()
	r.passing = r.status >= http.StatusInternalServerError ||
		r.status == http.StatusTooManyRequests || r.status == http.StatusRequestTimeout
	return r
}
