package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/webhook"
)

const (
	secret = "correct horse battery staple"
	header = "X-JFrog-Event-Auth"
)

// noon is when the world's clock starts.
var noon = time.Date(2026, 8, 17, 12, 0, 0, 0, time.UTC)

// world is a webhook, its clock, and what comes out of it.
type world struct {
	handler http.Handler
	log     *test.Hook

	mu        sync.Mutex
	secret    string
	secretErr error
	now       time.Time
	becomes   webhook.Taken
	events    []webhook.Event
	results   []string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{secret: secret, now: noon}
	log, hook := test.NewNullLogger()
	log.SetLevel(logrus.TraceLevel)
	w.log = hook
	w.handler = webhook.New(webhook.Options{
		Secret: func() (string, error) { return w.secret, w.secretErr },
		Take: func(e webhook.Event) webhook.Taken {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, e)
			return w.becomes
		},
		Result: func(result string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.results = append(w.results, result)
		},
		Now: func() time.Time { return w.now },
		Log: log,
	})
	return w
}

// send sends a body with what proves its origin, and returns the answer.
func (w *world) send(body string, proofs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/artifactory", strings.NewReader(body))
	for _, p := range proofs {
		r.Header.Add(header, p)
	}
	return w.serve(r)
}

func (w *world) serve(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

// last returns the last result, and forgets all of them.
func (w *world) last() string {
	if len(w.results) != 1 {
		return strings.Join(append([]string{"not one:"}, w.results...), " ")
	}
	result := w.results[0]
	w.results = nil
	return result
}

// lines are the lines of the log above debug.
func (w *world) lines() []*logrus.Entry {
	var lines []*logrus.Entry
	for _, e := range w.log.AllEntries() {
		if e.Level <= logrus.InfoLevel {
			lines = append(lines, e)
		}
	}
	return lines
}

// sign returns the signature of a body.
func sign(body, key string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}
