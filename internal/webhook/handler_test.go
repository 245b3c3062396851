package webhook_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
	"github.com/sigsync/sigsync/internal/webhook"
)

func TestAuthentic(t *testing.T) {
	body := string(form(t, "promoted"))
	for name, proof := range map[string]string{"the secret": secret, "a signature": sign(body, secret)} {
		w := newWorld(t)
		answer := w.send(body, proof)
		if answer.Code != http.StatusAccepted || answer.Body.String() != "{\"result\":\"accepted\"}\n" || len(w.events) != 1 {
			t.Errorf("with %s the answer = %d %s, %d events, want 202", name, answer.Code, answer.Body, len(w.events))
			continue
		}
		want, err := webhook.Parse([]byte(body))
		if diff := cmp.Diff(want, w.events[0]); diff != "" || err != nil {
			t.Errorf("with %s the event (-want +got):\n%s", name, diff)
		}
		if got := w.last(); got != webhook.ResultAccepted {
			t.Errorf("with %s the result = %s, want accepted", name, got)
		}
		if h := answer.Header(); h.Get("Content-Type") != "application/json" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("with %s the header = %v, want JSON", name, h)
		}
	}
}

func TestForgeries(t *testing.T) {
	body := string(form(t, "promoted"))
	sum := sha256.Sum256([]byte(body))
	for name, proofs := range map[string][]string{
		"nothing":                         nil,
		"nothing in the header":           {""},
		"a wrong secret":                  {"correct horse battery stable"},
		"a part of the secret":            {secret[:len(secret)-1]},
		"more than the secret":            {secret + "x"},
		"the secret in another case":      {strings.ToUpper(secret)},
		"the secret as a token":           {"Bearer " + secret},
		"the hash of the secret":          {sign("", secret)},
		"the hash of the body":            {hex.EncodeToString(sum[:])},
		"a signature in capitals":         {strings.ToUpper(sign(body, secret))},
		"a signature with its algorithm":  {"sha256=" + sign(body, secret)},
		"a part of a signature":           {sign(body, secret)[:62]},
		"more than a signature":           {sign(body, secret) + "00"},
		"the signature of another body":   {sign(body+" ", secret)},
		"a signature with another secret": {sign(body, "correct horse battery stable")},
		"a signature without a secret":    {sign(body, "")},
		"zeros":                           {strings.Repeat("0", 64)},
		"both headers":                    {secret, sign(body, secret)},
		"the secret twice":                {secret, secret},
		"the secret and a wrong one":      {secret, "x"},
		"the secret in a list":            {secret + ", x"},
	} {
		w := newWorld(t)
		answer := w.send(body, proofs...)
		if answer.Code != http.StatusUnauthorized || answer.Body.String() != "{\"result\":\"unauthorized\"}\n" || len(w.events) != 0 {
			t.Errorf("with %s the answer = %d %s, %d events, want 401 and nothing more", name, answer.Code, answer.Body, len(w.events))
		}
		if got := w.last(); got != webhook.ResultUnauthorized {
			t.Errorf("with %s the result = %s, want unauthorized", name, got)
		}
	}
}

// A signature is of the bytes that were sent, whatever they mean.
func TestTheBodyIsSignedAsItIs(t *testing.T) {
	w := newWorld(t)
	body := string(form(t, "promoted"))
	if got := w.send(strings.ReplaceAll(body, " ", ""), sign(body, secret)); got.Code != http.StatusUnauthorized {
		t.Errorf("the answer to the same in other bytes = %d, want 401", got.Code)
	}
}

// What is not authentic is not looked into: it gets the same answer whatever it is.
func TestForgeriesAreNotParsed(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{"", "{", "null", event("deleted"), string(form(t, "pushed"))} {
		if got := w.send(body, sign(body, "other")); got.Code != http.StatusUnauthorized || got.Body.String() != "{\"result\":\"unauthorized\"}\n" {
			t.Errorf("the answer to %.20q = %d %s, want 401", body, got.Code, got.Body)
		}
	}
}

// A forgery that cannot be a signature is refused without a look at its body.
func TestForgeriesAreNotRead(t *testing.T) {
	w := newWorld(t)
	body := &counted{Reader: strings.NewReader(string(form(t, "promoted")))}
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set(header, "guess")
	if got := w.serve(r); got.Code != http.StatusUnauthorized || body.n != 0 {
		t.Errorf("the answer = %d after %d bytes, want 401 after none", got.Code, body.n)
	}
}

type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestTheSecretIsAskedForEachTime(t *testing.T) {
	w := newWorld(t)
	body := string(form(t, "promoted"))
	w.secret = "another"
	if got := w.send(body, secret); got.Code != http.StatusUnauthorized {
		t.Errorf("the answer to the old secret = %d, want 401", got.Code)
	}
	if got := w.send(body, "another"); got.Code != http.StatusAccepted {
		t.Errorf("the answer to the new secret = %d, want 202", got.Code)
	}
}

func TestOff(t *testing.T) {
	for name, proof := range map[string]string{"nothing": "", "the empty secret's signature": sign("{}", "")} {
		w := newWorld(t)
		w.secret = ""
		answer := w.send("{}", proof)
		if answer.Code != http.StatusNotFound || answer.Body.String() != "404 page not found\n" || w.last() != webhook.ResultOff {
			t.Errorf("with %s the answer = %d %s, want 404", name, answer.Code, answer.Body)
		}
	}
	w := newWorld(t)
	w.secret = ""
	if got := w.serve(httptest.NewRequest(http.MethodGet, "/", nil)); got.Code != http.StatusNotFound {
		t.Errorf("the answer to GET = %d, want 404", got.Code)
	}
	if lines := w.lines(); len(lines) != 0 {
		t.Errorf("the log has %d lines, want none", len(lines))
	}
}

func TestTheSecretCannotBeRead(t *testing.T) {
	w := newWorld(t)
	w.secretErr = errors.New("read secret: no such file")
	answer := w.send(string(form(t, "promoted")), secret)
	if answer.Code != http.StatusServiceUnavailable || answer.Body.String() != "{\"result\":\"failed\"}\n" || w.last() != webhook.ResultFailed {
		t.Errorf("the answer = %d %s, want 503 without the reason", answer.Code, answer.Body)
	}
	if answer.Header().Get("Retry-After") != "10" || len(w.events) != 0 {
		t.Errorf("the header = %v, %d events, want a time to try again and none", answer.Header(), len(w.events))
	}
	lines := w.lines()
	if len(lines) != 1 || lines[0].Level != logrus.ErrorLevel || fmt.Sprint(lines[0].Data[logrus.ErrorKey]) != w.secretErr.Error() {
		t.Errorf("the log = %v, want the error", lines)
	}
}

func TestMethods(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, "PROPFIND"} {
		w := newWorld(t)
		r := httptest.NewRequest(method, "/", bytes.NewReader(form(t, "promoted")))
		r.Header.Set(header, secret)
		answer := w.serve(r)
		if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != "POST" || w.last() != webhook.ResultMethod || len(w.events) != 0 {
			t.Errorf("the answer to %s = %d %v, want 405 that allows POST", method, answer.Code, answer.Header())
		}
	}
}

func TestWhatBecomesOfEvents(t *testing.T) {
	for taken, want := range map[webhook.Taken]struct {
		code         int
		result, wait string
	}{
		webhook.Accepted:    {http.StatusAccepted, webhook.ResultAccepted, ""},
		webhook.Duplicate:   {http.StatusAccepted, webhook.ResultDuplicate, ""},
		webhook.Unconcerned: {http.StatusOK, webhook.ResultUnconcerned, ""},
		webhook.Dropped:     {http.StatusServiceUnavailable, webhook.ResultDropped, "10"},
	} {
		w := newWorld(t)
		w.becomes = taken
		answer := w.send(string(form(t, "promoted")), secret)
		if got := w.last(); answer.Code != want.code || got != want.result || taken.String() != want.result || answer.Header().Get("Retry-After") != want.wait {
			t.Errorf("the answer to one that is %s = %d, result %s, header %v, want %v", taken, answer.Code, got, answer.Header(), want)
		}
	}
}

func TestIgnoredAndMalformed(t *testing.T) {
	for _, c := range []struct {
		body   string
		code   int
		result string
		says   string
	}{
		{event("deleted"), http.StatusOK, webhook.ResultIgnored, `ignored: an event of domain \"docker\" and type \"deleted\"`},
		{`{"domain":"artifact","event_type":"copied"}`, http.StatusOK, webhook.ResultIgnored, "artifact"},
		{``, http.StatusBadRequest, webhook.ResultMalformed, "parse event"},
		{`{`, http.StatusBadRequest, webhook.ResultMalformed, "parse event"},
		{event("pushed", `"repo_key":"../x","image_name":"a"`), http.StatusBadRequest, webhook.ResultMalformed, "../x"},
	} {
		for _, proof := range []string{secret, sign(c.body, secret)} {
			w := newWorld(t)
			answer := w.send(c.body, proof)
			if got := w.last(); answer.Code != c.code || got != c.result || !strings.Contains(answer.Body.String(), c.says) || len(w.events) != 0 {
				t.Errorf("the answer to %s = %d %s, result %s, want %d with %s", c.body, answer.Code, answer.Body, got, c.code, c.says)
			}
		}
	}
}

// Whoever is told the reason sees it in one line, however long what it quotes is.
func TestReasonsAreShort(t *testing.T) {
	for _, begin := range []string{"\u202e", "", "a", "ab"} { // it may be cut within a character
		w := newWorld(t)
		name := begin + strings.Repeat("語", 10_000)
		answer := w.send(`{"`+name+`":1,"`+name+`":2}`, secret)
		var told struct{ Reason string }
		if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil || answer.Code != http.StatusBadRequest {
			t.Fatalf("the answer = %d %s, want 400", answer.Code, answer.Body)
		}
		for where, reason := range map[string]string{"answer": told.Reason, "log": fmt.Sprint(w.lines()[0].Data["reason"])} {
			if reason == "" || len(reason) > intake.MessageBytes || reason != printable.Line(reason) {
				t.Errorf("the reason in the %s has %d bytes, want at most %d that can be shown: %q", where, len(reason), intake.MessageBytes, reason)
			}
		}
	}
}

func TestTooLarge(t *testing.T) {
	pad := func(size int) string {
		body := string(form(t, "promoted"))
		return body + strings.Repeat(" ", size-len(body))
	}
	for name, prove := range map[string]func(body string) string{
		"the secret":  func(string) string { return secret },
		"a signature": func(body string) string { return sign(body, secret) },
		"a forgery":   func(body string) string { return sign(body, "other") },
	} {
		w := newWorld(t)
		large := pad(intake.EventBytes + 1)
		if got := w.send(large, prove(large)); got.Code != http.StatusRequestEntityTooLarge || w.last() != webhook.ResultTooLarge || len(w.events) != 0 {
			t.Errorf("with %s the answer to %d bytes = %d, want 413", name, len(large), got.Code)
		}
		if most := pad(intake.EventBytes); name != "a forgery" {
			if got := w.send(most, prove(most)); got.Code != http.StatusAccepted {
				t.Errorf("with %s the answer to %d bytes = %d, want 202", name, len(most), got.Code)
			}
		}
	}
}

func TestTheBodyBreaksOff(t *testing.T) {
	for name, proof := range map[string]string{"the secret": secret, "a signature": sign("", secret)} {
		w := newWorld(t)
		r := httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(io.ErrUnexpectedEOF))
		r.Header.Set(header, proof)
		if got := w.serve(r); got.Code != http.StatusRequestTimeout || w.last() != webhook.ResultIncomplete || len(w.events) != 0 {
			t.Errorf("with %s the answer = %d, want 408", name, got.Code)
		}
	}
}

// counts sends so many requests, and counts their results.
func (w *world) counts(n int, body string, proofs ...string) map[string]int {
	w.results = nil
	for range n {
		w.send(body, proofs...)
	}
	counts := map[string]int{}
	for _, r := range w.results {
		counts[r]++
	}
	w.results = nil
	return counts
}

func TestAuthenticRequestsAreLimited(t *testing.T) {
	body := event("deleted")
	for name, proof := range map[string]string{"the secret": secret, "a signature": sign(body, secret)} {
		w := newWorld(t)
		want := map[string]int{webhook.ResultIgnored: intake.EventsAtOnce, webhook.ResultLimited: 10}
		if diff := cmp.Diff(want, w.counts(intake.EventsAtOnce+10, body, proof)); diff != "" {
			t.Errorf("with %s, results at once (-want +got):\n%s", name, diff)
		}
		answer := w.send(body, proof)
		if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "1" || answer.Body.String() != "{\"result\":\"limited\"}\n" {
			t.Errorf("with %s the answer = %d %v %s, want 429 for a second", name, answer.Code, answer.Header(), answer.Body)
		}
		w.now = w.now.Add(time.Second)
		want = map[string]int{webhook.ResultIgnored: intake.EventsPerSecond, webhook.ResultLimited: 1}
		if diff := cmp.Diff(want, w.counts(intake.EventsPerSecond+1, body, proof)); diff != "" {
			t.Errorf("with %s, results a second later (-want +got):\n%s", name, diff)
		}
	}
}

func TestForgeriesAreLimited(t *testing.T) {
	body := event("deleted")
	for name, proof := range map[string]string{"a guess": "guess", "a signature": sign(body, "other")} {
		w := newWorld(t)
		want := map[string]int{webhook.ResultUnauthorized: intake.ForgeriesAtOnce, webhook.ResultLimited: 10}
		if diff := cmp.Diff(want, w.counts(intake.ForgeriesAtOnce+10, body, proof)); diff != "" {
			t.Errorf("with %s, results at once (-want +got):\n%s", name, diff)
		}
		if got := w.counts(1, body, secret); got[webhook.ResultIgnored] != 1 {
			t.Errorf("with %s before, the secret results in %v, want it to pass a flood of forgeries", name, got)
		}
		w.now = w.now.Add(time.Second)
		want = map[string]int{webhook.ResultUnauthorized: intake.ForgeriesPerSecond, webhook.ResultLimited: 1}
		if diff := cmp.Diff(want, w.counts(intake.ForgeriesPerSecond+1, body, proof)); diff != "" {
			t.Errorf("with %s, results a second later (-want +got):\n%s", name, diff)
		}
	}
}

// Forgeries use up no allowance of authentic requests, and those none of theirs.
func TestAllowancesAreApart(t *testing.T) {
	w := newWorld(t)
	body := event("deleted")
	w.counts(intake.ForgeriesAtOnce-1, body, sign(body, "other"))
	want := map[string]int{webhook.ResultIgnored: intake.EventsAtOnce}
	if diff := cmp.Diff(want, w.counts(intake.EventsAtOnce, body, sign(body, secret))); diff != "" {
		t.Errorf("signed requests after forgeries (-want +got):\n%s", diff)
	}
	if got := w.counts(1, body, sign(body, "other")); got[webhook.ResultUnauthorized] != 1 {
		t.Errorf("a forgery after authentic requests results in %v, want unauthorized", got)
	}
}

// What was too large or broke off, and is not known to be authentic, counts as a forgery.
func TestAllThatIsNotAuthenticIsLimited(t *testing.T) {
	w := newWorld(t)
	large := strings.Repeat(" ", intake.EventBytes+1)
	w.counts(intake.ForgeriesAtOnce, large, sign(large, secret))
	if got := w.counts(1, large, sign(large, secret)); got[webhook.ResultLimited] != 1 {
		t.Errorf("one more results in %v, want limited", got)
	}
}

func TestForgeriesDoNotFillTheLog(t *testing.T) {
	w := newWorld(t)
	body := event("pushed", `"repo_key":"`+secret+`"`)
	for range 100 {
		w.send(body, "guess")
		w.send(body, sign(body, secret)) // malformed
	}
	w.now = w.now.Add(2 * time.Minute)
	w.send(body, "guess")
	var got []any
	for _, l := range w.lines() {
		got = append(got, l.Data["result"], l.Data["untold"])
		text, err := l.String()
		if err != nil || l.Level != logrus.WarnLevel || strings.Contains(text, "guess") {
			t.Errorf("line %q, %v, want a warning without what was shown", text, err)
		}
	}
	want := []any{webhook.ResultUnauthorized, nil, webhook.ResultMalformed, nil, webhook.ResultUnauthorized, 99}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines of the log, with the number of those untold (-want +got):\n%s", diff)
	}
}

func TestTheLogAfterTheClockWasSetBack(t *testing.T) {
	w := newWorld(t)
	w.send("", "guess")
	w.now = w.now.Add(-time.Hour)
	w.send("", "guess")
	if got := len(w.lines()); got != 2 {
		t.Errorf("the log has %d lines, want 2", got)
	}
}

func TestTheSecretIsNowhere(t *testing.T) {
	w := newWorld(t)
	var said strings.Builder
	for _, body := range []string{string(form(t, "promoted")), event("deleted"), "{", event("pushed", `"repo_key":"a/b"`)} {
		for _, proofs := range [][]string{{secret}, {sign(body, secret)}, {secret, secret}, {secret + "x"}} {
			said.WriteString(w.send(body, proofs...).Body.String())
		}
	}
	for _, e := range w.log.AllEntries() {
		text, err := e.String()
		if err != nil {
			t.Fatal(err)
		}
		said.WriteString(text)
	}
	if strings.Contains(said.String(), secret) || strings.Contains(said.String(), sign(string(form(t, "promoted")), secret)) {
		t.Errorf("what is said holds the secret or a signature: %s", said.String())
	}
}

func TestEventsAreLogged(t *testing.T) {
	w := newWorld(t)
	w.send(string(form(t, "promoted")), secret)
	e := w.log.LastEntry()
	want := logrus.Fields{"repository": "docker-dev", "image": "team/img", "tag": "1.0", "target": "docker-prod", "result": "accepted"}
	if diff := cmp.Diff(want, e.Data); diff != "" || e.Level != logrus.DebugLevel {
		t.Errorf("the log at %s (-want +got):\n%s", e.Level, diff)
	}
}

// Whoever counts results can begin with all of them at zero, and read what they mean.
func TestResults(t *testing.T) {
	all := webhook.Results()
	page, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range all {
		if !strings.Contains(string(page), "\n| `"+result+"` | ") {
			t.Errorf("docs/webhooks.md has no row for %s", result)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(all)))) != 13 {
		t.Errorf("Results() = %v, want 13 distinct ones", all)
	}
	for taken := webhook.Accepted; taken <= webhook.Dropped; taken++ {
		if !slices.Contains(all, taken.String()) {
			t.Errorf("Results() lacks %s", taken)
		}
	}
}

func TestDroppedEventsAreWarnedOfOnce(t *testing.T) {
	w := newWorld(t)
	w.becomes = webhook.Dropped
	for range 10 {
		w.send(string(form(t, "promoted")), secret)
	}
	lines := w.lines()
	if len(lines) != 1 || lines[0].Level != logrus.WarnLevel || lines[0].Data["image"] != "team/img" || lines[0].Data["result"] != webhook.ResultDropped {
		t.Errorf("the log = %v, want one warning", lines)
	}
}

// The defaults do without a clock, a log and a counter.
func TestNewWithoutOptions(t *testing.T) {
	h := webhook.New(webhook.Options{
		Secret: func() (string, error) { return secret, nil },
		Take:   func(webhook.Event) webhook.Taken { return webhook.Accepted },
	})
	for proof, want := range map[string]int{secret: http.StatusAccepted, "guess": http.StatusUnauthorized} {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(form(t, "promoted")))
		r.Header.Set(header, proof)
		answer := httptest.NewRecorder()
		if h.ServeHTTP(answer, r); answer.Code != want {
			t.Errorf("the answer = %d, want %d", answer.Code, want)
		}
	}
}
