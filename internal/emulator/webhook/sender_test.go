package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// outcomes renders attempts: "try status outcome".
func outcomes(s *webhook.Sender) []string {
	var all []string
	for _, a := range s.Attempts() {
		all = append(all, fmt.Sprintf("%d %d %s", a.Try, a.Status, a.Outcome))
	}
	return all
}

// TestTries holds artifactory 8: up to five tries, only after an answer of 500
// and above.
func TestTries(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		want     []string
	}{
		{"accepted", []int{202}, []string{"1 202 delivered"}},
		{"500, then well", []int{500, 503}, []string{"1 500 failed", "2 503 failed", "3 200 delivered"}},
		{"never well", []int{500, 500, 502, 503, 504}, []string{"1 500 failed", "2 500 failed", "3 502 failed", "4 503 failed", "5 504 failed"}},
		{"401", []int{401}, []string{"1 401 refused"}},
		{"429", []int{429}, []string{"1 429 refused"}},
		{"redirect", []int{302}, []string{"1 302 refused"}},
	} {
		r := receive(t, c.statuses...)
		var slept []time.Duration
		s := sender(t, webhook.Options{Wait: 7 * time.Second, Sleep: func(_ context.Context, d time.Duration) error {
			slept = append(slept, d)
			return nil
		}}, webhook.Everything("sub", r.URL, ""))
		s.Send(pushed("1"))
		delivered(t, s)
		if diff := cmp.Diff(c.want, outcomes(s)); diff != "" {
			t.Errorf("%s: attempts (-want +got):\n%s", c.name, diff)
		}
		if want := slices.Repeat([]time.Duration{7 * time.Second}, len(c.want)-1); !slices.Equal(slept, want) {
			t.Errorf("%s: slept %v, want %v", c.name, slept, want)
		}
		if len(r.got) != len(c.want) || slices.ContainsFunc(r.got, func(q request) bool { return q.body != r.got[0].body }) {
			t.Errorf("%s: %d requests, want %d of one body", c.name, len(r.got), len(c.want))
		}
	}
}

func TestTriesAfterNetworkErrors(t *testing.T) {
	r := receive(t)
	r.Server.Close()
	s := sender(t, webhook.Options{}, webhook.Everything("sub", strings.Replace(r.URL, "//", "//user:pw@", 1)+"/hook?token=pw", "pw"))
	s.Send(pushed("1"))
	delivered(t, s)
	if got := outcomes(s); len(got) != 5 || got[4] != "5 0 failed" {
		t.Errorf("attempts = %v, want five without an answer", got)
	}
	if got := s.Attempts()[0]; got.URL != r.URL+"/hook" || got.Problem == "" || strings.Contains(fmt.Sprint(got), "pw") {
		t.Errorf("attempt = %+v, want its bare URL, a problem and no secret", got)
	}
}

// TestPrivateAddresses holds artifactory 8: they are blocked unless allowed.
func TestPrivateAddresses(t *testing.T) {
	r := receive(t)
	_, port, err := net.SplitHostPort(r.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.0.1", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]"} {
		s := webhook.NewSender(webhook.Options{Sleep: sleepless}, webhook.Everything("sub", "http://"+host+":"+port, ""))
		s.Send(pushed("1"))
		delivered(t, s)
		got := s.Attempts()
		if len(got) != 1 || got[0].Outcome != webhook.Blocked || !strings.Contains(got[0].Problem, "private and loopback addresses are blocked") {
			t.Errorf("%s: attempts = %+v, want one, blocked", host, got)
		}
		s.Close()
	}
	if len(r.got) != 0 {
		t.Errorf("%d requests came, want none", len(r.got))
	}
}

func TestUnkindness(t *testing.T) {
	for _, c := range []struct {
		name    string
		options webhook.Options
		want    []string
	}{
		{"kind", webhook.Options{}, []string{"0", "1", "2", "3"}},
		{"duplicates", webhook.Options{Duplicate: 1}, []string{"0", "0", "1", "1", "2", "2", "3", "3"}},
		{"reordering", webhook.Options{Reorder: 1}, []string{"1", "0", "3", "2"}},
		{"both", webhook.Options{Reorder: 1, Duplicate: 1}, []string{"1", "1", "0", "0", "3", "3", "2", "2"}},
		{"drops", webhook.Options{Drop: 1}, []string{}},
		{"delay", webhook.Options{Delay: time.Minute}, []string{"0", "1", "2", "3"}},
	} {
		r := receive(t)
		s := sender(t, c.options, webhook.Everything("sub", r.URL, ""))
		push(s, 4)
		delivered(t, s)
		if diff := cmp.Diff(c.want, r.tags(t)); diff != "" {
			t.Errorf("%s: tags (-want +got):\n%s", c.name, diff)
		}
		if lost := s.Attempts()[0]; c.options.Drop == 1 && (lost.Outcome != webhook.Lost || lost.Problem != "dropped") {
			t.Errorf("dropped attempt = %+v, want it lost", lost)
		}
	}
}

// TestTheLastIsNotHeldForEver: a delivery that no other follows goes after a while.
func TestTheLastIsNotHeldForEver(t *testing.T) {
	come := make(chan struct{})
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(come) }))
	defer r.Close()
	s := sender(t, webhook.Options{Reorder: 1, Sleep: func(context.Context, time.Duration) error { return nil }}, webhook.Everything("sub", r.URL, ""))
	push(s, 1)
	<-come
}

// TestDeliveredLetsTheHeldGo: who waits for everything need not send more.
func TestDeliveredLetsTheHeldGo(t *testing.T) {
	r := receive(t)
	s := sender(t, webhook.Options{Reorder: 1}, webhook.Everything("sub", r.URL, ""))
	push(s, 1)
	delivered(t, s)
	if diff := cmp.Diff([]string{"0"}, r.tags(t)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// TestHoldingEndsWithTheNext: nothing is left of a delivery that has gone.
func TestHoldingEndsWithTheNext(t *testing.T) {
	r := receive(t)
	woken := make(chan struct{})
	s := sender(t, webhook.Options{Reorder: 1, Sleep: func(ctx context.Context, _ time.Duration) error {
		<-ctx.Done()
		close(woken)
		return ctx.Err()
	}}, webhook.Everything("sub", r.URL, ""))
	push(s, 2)
	<-woken
}

func TestTimeout(t *testing.T) {
	url, _, _ := stuck(t)
	s := sender(t, webhook.Options{Timeout: time.Millisecond}, webhook.Everything("sub", url, ""))
	push(s, 1)
	delivered(t, s)
	if got := outcomes(s); len(got) != 5 || got[0] != "1 0 failed" {
		t.Errorf("attempts = %v, want five without an answer", got)
	}
}

func TestEqualSeedsAreEquallyUnkind(t *testing.T) {
	run := func(seed uint64) []string {
		r := receive(t)
		s := sender(t, webhook.Options{Seed: seed, Duplicate: 0.3, Reorder: 0.3, Drop: 0.3}, webhook.Everything("sub", r.URL, ""))
		push(s, 40)
		delivered(t, s)
		return r.tags(t)
	}
	first := run(1)
	if diff := cmp.Diff(first, run(1)); diff != "" {
		t.Errorf("another run of one seed (-first +second):\n%s", diff)
	}
	if slices.Equal(first, run(2)) {
		t.Error("two seeds are equally unkind")
	}
	if slices.IsSorted(first) || len(first) == 40 {
		t.Errorf("tags = %v, want disorder", first)
	}
}

func TestDelay(t *testing.T) {
	var slept []time.Duration
	r := receive(t)
	s := sender(t, webhook.Options{Delay: time.Minute, Sleep: func(_ context.Context, d time.Duration) error {
		slept = append(slept, d)
		return nil
	}}, webhook.Everything("sub", r.URL, ""))
	push(s, 1)
	delivered(t, s)
	if !slices.Equal(slept, []time.Duration{time.Minute}) {
		t.Errorf("slept %v, want a minute", slept)
	}
}

// stuck is a receiver that answers nothing until it is let go.
func stuck(t *testing.T) (url string, arrived <-chan struct{}, letGo func()) {
	t.Helper()
	arrivals, gone := make(chan struct{}, 100), make(chan struct{})
	r := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		arrivals <- struct{}{}
		select {
		case <-gone:
		case <-q.Context().Done():
		}
	}))
	letGo = sync.OnceFunc(func() { close(gone) })
	t.Cleanup(r.Close)
	t.Cleanup(letGo)
	return r.URL, arrivals, letGo
}

func TestNobodyWaitsForTheReceiver(t *testing.T) {
	url, arrived, letGo := stuck(t)
	other := receive(t)
	s := sender(t, webhook.Options{Pending: 3}, webhook.Everything("sub", url, ""))
	push(s, 5) // returns, although nothing is answered
	<-arrived
	ended, end := context.WithCancel(t.Context())
	end()
	if err := s.Delivered(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Delivered() while the receiver is stuck = %v, want that the context ended", err)
	}
	lost := s.Attempts()
	if len(lost) != 2 || lost[0].Outcome != webhook.Lost || lost[0].Problem != "too many deliveries are under way" || !strings.Contains(lost[0].Path, "/3/") {
		t.Errorf("attempts = %+v, want that two of five are lost beyond three", lost)
	}
	letGo()
	delivered(t, s)
	if err := s.Add(webhook.Everything("other", other.URL, "")); err != nil {
		t.Fatal(err)
	}
	push(s, 1)
	delivered(t, s)
	if len(other.got) != 1 {
		t.Errorf("%d events came after all, want 1: the bound is of what is under way", len(other.got))
	}
}

// TestOneStuckReceiverHoldsUpNoOther: every handler has its own line.
func TestOneStuckReceiverHoldsUpNoOther(t *testing.T) {
	url, arrived, _ := stuck(t)
	come := make(chan struct{}, 100)
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { come <- struct{}{} }))
	defer r.Close()
	one := webhook.Everything("sub", url, "")
	one.Handlers = append(one.Handlers, webhook.Handler{URL: r.URL})
	s := sender(t, webhook.Options{}, one)
	push(s, 2)
	<-arrived
	<-come
	<-come
}

// TestRetriesHoldUpNoOther: the next delivery goes while one waits for its next try.
func TestRetriesHoldUpNoOther(t *testing.T) {
	r := receive(t, 500)
	waiting, goOn := make(chan struct{}), make(chan struct{})
	nextCame := sync.OnceFunc(func() { close(goOn) })
	s := sender(t, webhook.Options{
		Sleep: func(context.Context, time.Duration) error {
			close(waiting)
			<-goOn
			return nil
		},
		Observe: func(a webhook.Attempt) {
			if a.Outcome == webhook.Delivered {
				nextCame()
			}
		},
	}, webhook.Everything("sub", r.URL, ""))
	push(s, 1)
	<-waiting
	s.Send(pushed("next"))
	delivered(t, s)
	if diff := cmp.Diff([]string{"0", "next", "0"}, r.tags(t)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// TestClose: what is under way is given up, what waits for a try, a turn or a
// place too, and no goroutine is left, as Close waits for them.
func TestClose(t *testing.T) {
	url, arrived, _ := stuck(t)
	failing := receive(t, slices.Repeat([]int{500}, 100)...)
	waiting := make(chan struct{}, 100)
	s := sender(t, webhook.Options{Sleep: func(ctx context.Context, _ time.Duration) error {
		waiting <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}, webhook.Everything("stuck", url, ""), webhook.Everything("failing", failing.URL, ""))
	push(s, 3)
	<-arrived
	for range 3 {
		<-waiting
	}
	s.Close()
	delivered(t, s)
	var ended int
	for _, a := range s.Attempts() {
		if a.Outcome == webhook.Ended {
			ended++
		}
	}
	if ended != 3 || len(failing.got) != 3 {
		t.Errorf("%d deliveries ended, %d were tried, want 3 and 3", ended, len(failing.got))
	}
	s.Send(pushed("late"))
	delivered(t, s)
	if len(s.Attempts()) != 6 {
		t.Errorf("attempts = %v, want none after Close", outcomes(s))
	}
	s.Close() // does no harm
}

func TestCloseEndsWhatIsHeldOrDelayed(t *testing.T) {
	r := receive(t)
	for _, o := range []webhook.Options{
		{Reorder: 1},
		{Delay: hold},
	} {
		s := sender(t, o, webhook.Everything("sub", r.URL, ""))
		push(s, 1)
		s.Close()
		delivered(t, s)
	}
}

func TestAttemptsAreObserved(t *testing.T) {
	r := receive(t, 500)
	var seen []webhook.Attempt
	s := sender(t, webhook.Options{Observe: func(a webhook.Attempt) { seen = append(seen, a) }}, webhook.Everything("sub", r.URL, ""))
	push(s, 1)
	delivered(t, s)
	want := webhook.Attempt{Subscription: "sub", URL: r.URL, Type: webhook.Pushed, Repo: "dev", Path: "team/img/0/list.manifest.json", Try: 1, Status: 500, Outcome: webhook.Failed}
	if diff := cmp.Diff(want, seen[0]); diff != "" || len(seen) != 2 {
		t.Errorf("first of %d attempts (-want +got):\n%s", len(seen), diff)
	}
}

func TestOldAttemptsAreForgotten(t *testing.T) {
	s := sender(t, webhook.Options{Drop: 1}, webhook.Everything("sub", "http://127.0.0.1:1", ""))
	push(s, 5000)
	got := s.Attempts()
	if len(got) > 4096 || got[len(got)-1].Path != "team/img/4999/list.manifest.json" {
		t.Errorf("%d attempts, the last one %+v, want the newest 4096 at most", len(got), got[len(got)-1])
	}
}
