package webhook_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// receiver is a server that is sent events. It answers with the statuses, one
// after the other, and then with 200.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	statuses []int
	got      []request
}

type request struct {
	header http.Header
	body   string
}

func receive(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, request{q.Header, string(body)})
	if len(r.statuses) > 0 {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(r.statuses[0])
		r.statuses = r.statuses[1:]
	}
}

// tags are those of the events that came, in their order.
func (r *receiver) tags(t *testing.T) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	tags := []string{}
	for _, q := range r.got {
		var sent struct{ Data struct{ Tag string } }
		if err := json.Unmarshal([]byte(q.body), &sent); err != nil {
			t.Fatal(err)
		}
		tags = append(tags, sent.Data.Tag)
	}
	return tags
}

// hold is the test's time that a reordered delivery is held back. Other times
// are over at once.
const hold = 5 * time.Second

func sleepless(ctx context.Context, d time.Duration) error {
	if d == hold {
		<-ctx.Done()
	}
	return ctx.Err()
}

// send makes a sender to loopback; it is closed when the test ends.
func sender(t *testing.T, o webhook.Options, subscriptions ...webhook.Subscription) *webhook.Sender {
	t.Helper()
	o.AllowPrivate, o.Hold = true, hold
	if o.Sleep == nil {
		o.Sleep = sleepless
	}
	if err := o.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, one := range subscriptions {
		if err := one.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	s := webhook.NewSender(o, subscriptions...)
	t.Cleanup(s.Close)
	return s
}

// pushed is a push of an index under a tag.
func pushed(tag string) webhook.Event {
	return webhook.Event{
		Type: webhook.Pushed, Repo: "dev", Path: "team/img/" + tag + "/list.manifest.json", SHA256: "35c4", Size: 1206,
		Image: "team/img", Tag: tag, Platforms: []webhook.Platform{{Architecture: "amd64", OS: "linux"}}, ImageType: "docker", By: "ci",
	}
}

// push sends that many pushes, of the tags 0, 1, 2, ...
func push(s *webhook.Sender, n int) {
	for tag := range n {
		s.Send(pushed(strconv.Itoa(tag)))
	}
}

// delivered waits for what was sent.
func delivered(t *testing.T, s *webhook.Sender) {
	t.Helper()
	if err := s.Delivered(t.Context()); err != nil {
		t.Fatalf("Delivered() = %v", err)
	}
}
