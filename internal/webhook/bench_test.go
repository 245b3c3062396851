package webhook_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/webhook"
)

func BenchmarkParse(b *testing.B) {
	body := form(b, "promoted")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := webhook.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}

// A whole request, without the connection. The clock runs fast enough for the limits.
func BenchmarkRequest(b *testing.B) {
	body := form(b, "promoted")
	for name, c := range map[string]struct {
		proof string
		want  int
	}{
		"secret":  {secret, http.StatusAccepted},
		"signed":  {sign(string(body), secret), http.StatusAccepted},
		"forged":  {sign(string(body), "other"), http.StatusUnauthorized},
		"guessed": {"guess", http.StatusUnauthorized},
	} {
		b.Run(name, func(b *testing.B) {
			now := noon
			h := webhook.New(webhook.Options{
				Secret: func() (string, error) { return secret, nil },
				Take:   func(webhook.Event) webhook.Taken { return webhook.Accepted },
				Now: func() time.Time {
					now = now.Add(time.Second)
					return now
				},
			})
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/webhooks/artifactory", bytes.NewReader(body))
				r.Header.Set(header, c.proof)
				answer := httptest.NewRecorder()
				if h.ServeHTTP(answer, r); answer.Code != c.want {
					b.Fatalf("the answer = %d, want %d", answer.Code, c.want)
				}
			}
		})
	}
}
