package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/webhook"
)

// The same over a connection: with a length and without, and too large.
func TestOverHTTP(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler)
	defer server.Close()
	event, large := string(form(t, "promoted")), strings.Repeat(" ", intake.EventBytes+1)
	for _, c := range []struct {
		name, proof string
		body        io.Reader
		want        int
	}{
		{"signed", sign(event, secret), strings.NewReader(event), http.StatusAccepted},
		{"signed, in chunks", sign(event, secret), io.MultiReader(strings.NewReader(event)), http.StatusAccepted},
		{"forged", sign(event, "other"), strings.NewReader(event), http.StatusUnauthorized},
		{"too large", secret, strings.NewReader(large), http.StatusRequestEntityTooLarge},
		{"too large, in chunks", secret, io.MultiReader(strings.NewReader(large)), http.StatusRequestEntityTooLarge},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, c.body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("x-jfrog-event-auth", c.proof)
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("the answer to one that is %s = %d, want %d", c.name, answer.StatusCode, c.want)
		}
	}
}

// Thousands of requests at once, into a Gatherer: what was accepted is handed over.
func TestRequestBursts(t *testing.T) {
	const senders, each = 20, 200
	ctx, stop := context.WithCancel(t.Context())
	g := webhook.NewGatherer(webhook.GatherOptions{Most: senders * each})
	h := webhook.New(webhook.Options{Secret: func() (string, error) { return secret, nil }, Take: g.Add})
	handed, done := map[string]int{}, make(chan struct{})
	go func() {
		defer close(done)
		g.Run(ctx, func(_ context.Context, batch []webhook.Event) {
			for _, name := range images(batch) {
				handed[name]++
			}
			if len(handed) == senders*each {
				stop()
			}
		})
	}()
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			for i := range each {
				body := event("promoted", fmt.Sprintf(`"repo_key":"dev","image_name":"team/%d-%d"`, s, i))
				r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
				r.Header.Set(header, sign(body, secret))
				answer := httptest.NewRecorder()
				if h.ServeHTTP(answer, r); answer.Code != http.StatusAccepted {
					t.Errorf("the answer = %d, want 202", answer.Code)
				}
			}
		})
	}
	sending.Wait()
	<-done
	for name, n := range handed {
		if n != 1 {
			t.Errorf("%s was handed over %d times, want once", name, n)
		}
	}
}
