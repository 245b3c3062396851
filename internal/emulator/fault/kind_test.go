package fault_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/fault"
)

func TestFaultsAfterAndWithoutTheEffect(t *testing.T) {
	const copies = "/artifactory/api/copy/dev/f?to=/prod/f"
	for name, c := range map[string]struct {
		fault  func(direct http.Handler) http.Handler
		want   string
		copied bool
	}{
		"after":     {func(d http.Handler) http.Handler { return fault.After(d, fault.HTML(503)) }, "503 text/html", true},
		"pretended": {fault.Pretend, "200 application/json", false},
		"in bits":   {func(d http.Handler) http.Handler { return fault.Trickle(d, 7, context.Context.Err) }, "200 application/", true},
		"bits that end": {func(d http.Handler) http.Handler {
			return fault.Trickle(d, 7, func(context.Context) error { return errors.New("enough") })
		}, "200 application/vnd.org.jfrog.artifactory.storage.CopyOrMoveResult+json {\n  \"me broken", true},
	} {
		s, url := start(t)
		s.SetIntercept(fault.Always("", c.fault(s.Direct())))
		if got := ask(t, "POST", url+copies); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: answer = %q, want %q", name, got, c.want)
		}
		if _, copied := s.Tree().Stat("prod", "f"); copied != c.copied {
			t.Errorf("%s: copied: %t, want %t", name, copied, c.copied)
		}
	}
}

// What reads is not pretended, a PUT is.
func TestPretendByMethod(t *testing.T) {
	s, url := start(t)
	s.SetIntercept(fault.Always("", fault.Pretend(s.Direct())))
	if got, want := ask(t, "GET", url+"/artifactory/dev/f"), "200 application/octet-stream 0123456789"; got != want {
		t.Errorf("GET = %q, want %q", got, want)
	}
	if got := ask(t, "PUT", url+"/artifactory/dev/g"); !strings.HasPrefix(got, "201") {
		t.Errorf("PUT = %q, want 201", got)
	}
	if _, there := s.Tree().Stat("dev", "g"); there {
		t.Error("PUT wrote something")
	}
}

func TestMeanwhileComesFirst(t *testing.T) {
	s, url := start(t)
	s.SetIntercept(fault.Always("", fault.Meanwhile(s.Direct(), func() { s.Tree().Put("dev", "f", []byte("other"), "ci", nil) })))
	if got, want := ask(t, "GET", url+"/artifactory/dev/f"), "200 application/octet-stream other"; got != want {
		t.Errorf("answer = %q, want %q", got, want)
	}
}

// A stalled answer ends when its client gives up, and what was sent is there.
func TestStalls(t *testing.T) {
	for name, c := range map[string]struct {
		at   func(length int) int
		want string
	}{
		"before the answer": {nil, ""},
		"in the body":       {func(length int) int { return length / 2 }, "01234"},
	} {
		s, url := start(t)
		s.SetIntercept(fault.Always("", fault.StallAt(s.Direct(), c.at)))
		ctx, giveUp := context.WithCancel(t.Context())
		t.Cleanup(giveUp)
		if c.at == nil {
			s.SetIntercept(fault.Always("", fault.Meanwhile(fault.StallAt(nil, nil), giveUp)))
		}
		// A server that has not read a body does not see its client go: then this
		// test would not end.
		method, body := http.MethodGet, io.ReadCloser(http.NoBody)
		if c.at == nil {
			method, body = http.MethodPut, io.NopCloser(strings.NewReader("body"))
		}
		request, err := http.NewRequestWithContext(ctx, method, url+"/artifactory/dev/f", body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		got := make([]byte, 5)
		if err == nil {
			_, _ = response.Body.Read(got)
			giveUp()
			_, err = response.Body.Read(make([]byte, 1))
		}
		if got := strings.Trim(string(got), "\x00"); got != c.want || !errors.Is(err, context.Canceled) {
			t.Errorf("stall %s: %q, %v, want %q and that the client gave up", name, got, err, c.want)
		}
	}
}

func TestThrottleByItsClock(t *testing.T) {
	at := time.Unix(0, 0)
	throttle := fault.Throttle(2, 3, func() time.Time { return at }, fault.HTML(429))
	got := ""
	for n := range 8 {
		if n == 5 {
			at = at.Add(time.Second)
		}
		if throttle(nil, "") == nil {
			got += "."
		} else {
			got += "x"
		}
	}
	if want := "...xx..x"; got != want {
		t.Errorf("throttled %s, want %s", got, want)
	}
}

func TestVetoAfterSomeFiles(t *testing.T) {
	veto := fault.VetoAfter(2, 403, "quota")
	got := []int{}
	for range 4 {
		status, _ := veto("prod", "f")
		got = append(got, status)
	}
	if diff := cmp.Diff([]int{0, 0, 403, 403}, got); diff != "" {
		t.Errorf("veto (-want +got):\n%s", diff)
	}
}

// The same seed spoils the same requests in the same way.
func TestMixtureIsRepeatable(t *testing.T) {
	direct := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("0123456789")) })
	kinds := slices.DeleteFunc(fault.Kinds(), func(k fault.Kind) bool { return !k.Passes || k.Stalls })
	play := func(seed uint64) (answers []string, spoiled int) {
		m := fault.NewMixture(seed, 0.2, direct, kinds...)
		for range 1000 {
			h := m.Intercept(nil, "")
			if h == nil {
				answers = append(answers, "")
				continue
			}
			answers = append(answers, played(h))
		}
		for _, n := range m.Counts() {
			spoiled += n
		}
		if got := len(m.Counts()); got != len(kinds) {
			t.Errorf("%d kinds came, want %d: %v", got, len(kinds), slices.Sorted(maps.Keys(m.Counts())))
		}
		return answers, spoiled
	}
	first, spoiled := play(1)
	again, _ := play(1)
	other, _ := play(2)
	if diff := cmp.Diff(first, again); diff != "" || cmp.Equal(first, other) {
		t.Errorf("the same seed differs, or another does not:\n%s", diff)
	}
	if spoiled < 150 || spoiled > 250 {
		t.Errorf("%d of 1000 requests were spoiled, want about 200", spoiled)
	}
}

// played is the status and body of an answer, or that there is none.
func played(h http.Handler) (answer string) {
	w := httptest.NewRecorder()
	defer func() {
		if recover() != nil {
			answer = "aborted after " + w.Body.String()
		}
	}()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	return http.StatusText(w.Code) + " " + w.Body.String()
}

// An answer to HEAD is whole with its headers: it stalls before them, else the
// client would send its next request into a connection that nobody reads.
func TestHeadStallsBeforeItsAnswer(t *testing.T) {
	gone, giveUp := context.WithCancel(t.Context())
	giveUp()
	for method, begun := range map[string]bool{http.MethodHead: false, http.MethodGet: true} {
		w := httptest.NewRecorder()
		func() {
			defer func() { _ = recover() }()
			stall := fault.StallAt(fault.HTML(http.StatusOK), func(length int) int { return length / 2 })
			stall.ServeHTTP(w, httptest.NewRequest(method, "/", nil).WithContext(gone))
		}()
		if w.Flushed != begun {
			t.Errorf("%s: the answer has begun: %t, want %t", method, w.Flushed, begun)
		}
	}
}

// A body that ends at some byte is never whole, whatever the seed.
func TestNoTruncatedBodyIsWhole(t *testing.T) {
	direct := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("0123")) })
	for _, k := range fault.Kinds() {
		if k.Name != "truncate" && k.Name != "break" {
			continue
		}
		seen := map[string]bool{}
		for seed := range uint64(100) {
			seen[played(k.Make(direct, rand.New(rand.NewPCG(seed, 0))))] = true
		}
		if len(seen) != 4 {
			t.Errorf("%s: %v, want every length but the whole", k.Name, slices.Sorted(maps.Keys(seen)))
		}
	}
}
