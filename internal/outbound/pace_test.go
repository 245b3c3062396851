package outbound_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/outbound"
)

// turns takes that many turns, for which there must be room.
func turns(t *testing.T, p *outbound.Pace, n int) []*outbound.Turn {
	t.Helper()
	taken := make([]*outbound.Turn, n)
	for i := range taken {
		var err error
		if taken[i], err = p.Wait(t.Context()); err != nil {
			t.Fatalf("Wait = %v", err)
		}
	}
	return taken
}

// answer ends turns with an answer of that status each.
func answer(taken []*outbound.Turn, operation string, status int) {
	for _, turn := range taken {
		turn.Answered(operation, status)
	}
	for _, turn := range taken {
		turn.Leave()
	}
}

// room is how many requests are let on their way at a time.
func room(t *testing.T, p *outbound.Pace) int {
	t.Helper()
	n := 0
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		admitted := make(chan *outbound.Turn, 200)
		for range cap(admitted) {
			go func() {
				if turn, err := p.Wait(ctx); err == nil {
					admitted <- turn
				}
			}()
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(admitted)
		for turn := range admitted {
			turn.Leave()
			n++
		}
	})
	return n
}

func TestPaceBegins(t *testing.T) {
	for most, want := range map[int]int{0: 16, 1: 1, 4: 4, 16: 16, 64: 16} {
		if got := room(t, outbound.NewPace(outbound.PaceOptions{MaxConnections: most})); got != want {
			t.Errorf("NewPace(%d connections) lets %d requests on their way, want %d", most, got, want)
		}
	}
}

// crowd sends as many requests as are let on their way, in rounds: a server
// answers each after a second, with the status of the round. It returns how
// many are on their way in the round after the last.
func crowd(t *testing.T, p *outbound.Pace, statuses []int) int {
	t.Helper()
	var sent atomic.Int32
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		for range 200 {
			go func() {
				for {
					turn, err := p.Wait(ctx)
					if err != nil {
						return
					}
					if round := int(time.Since(begun).Seconds()); round < len(statuses) {
						<-time.After(time.Second)
						turn.Answered("storage", statuses[round])
						turn.Leave()
						continue
					}
					defer turn.Leave()
					sent.Add(1)
					<-ctx.Done()
					return
				}
			}()
		}
		<-time.After(time.Duration(len(statuses))*time.Second + time.Millisecond)
		cancel()
		synctest.Wait()
	})
	return int(sent.Load())
}

// A round of answers counts once, however many of them refuse: they were all
// sent at the same pace.
func TestPaceFollowsAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		most   int
		rounds []int
		want   int
	}{
		{"429", 32, []int{429}, 8},
		{"503", 32, []int{503}, 8},
		{"429 thrice", 32, []int{429, 429, 429}, 2},
		{"429 for ever", 32, []int{429, 429, 429, 429, 429, 429, 429}, 1},
		{"refusals", 64, []int{404, 403}, 64},
		{"other failures of the server", 32, []int{500, 502, 504}, 16},
		{"well", 40, []int{200}, 32},
		{"well, without limit", 0, []int{200, 200}, 64},
		{"well, with as much as there may be", 20, []int{200, 200}, 20},
		{"well after 429", 32, []int{429, 200}, 9},
		{"well for long after 429", 32, []int{429, 200, 200, 200}, 11},
		{"one at a time, and well", 32, []int{429, 429, 429, 429, 200, 200}, 3},
	} {
		p := outbound.NewPace(outbound.PaceOptions{MaxConnections: c.most})
		if got := crowd(t, p, c.rounds); got != c.want {
			t.Errorf("%s: %d requests on their way, want %d", c.name, got, c.want)
		}
	}
}

func TestPaceStaysWhereThereIsRoom(t *testing.T) {
	p := outbound.NewPace(outbound.PaceOptions{MaxConnections: 32})
	for range 100 {
		answer(turns(t, p, 15), "storage", 200)
	}
	if got := room(t, p); got != 16 {
		t.Errorf("%d requests on their way after 15 at a time, want 16 as before", got)
	}
}

// paceClock is a paceClock that stands until it is set.
type paceClock struct{ time.Time }

func (c *paceClock) now() time.Time { return c.Time }

// answers ends a request after each of these times, written as "20×100ms".
func (c *paceClock) answers(t *testing.T, p *outbound.Pace, operation, after string) {
	t.Helper()
	for part := range strings.FieldsSeq(after) {
		times, duration, _ := strings.Cut(part, "×")
		d, err := time.ParseDuration(duration)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if _, err := fmt.Sscan(times, &n); err != nil {
			t.Fatal(err)
		}
		for range n {
			taken := turns(t, p, 1)
			c.Time = c.Add(d)
			answer(taken, operation, 200)
		}
	}
}

func TestPaceFollowsLatency(t *testing.T) {
	for _, c := range []struct {
		name, first, then string
		want              int
	}{
		{"as fast as before", "20×100ms", "40×100ms", 16},
		{"three times as slow", "20×200ms", "20×600ms", 8},
		{"not three times as slow", "20×200ms", "100×599ms", 16},
		{"much slower, on a fast network", "20×1ms", "100×250ms", 16},
		{"too slow for any network", "20×1ms", "20×251ms", 8},
		{"slower and slower", "20×100ms", "20×400ms 20×700ms", 4},
		{"faster, and as before", "20×900ms", "20×100ms 20×900ms", 8},
		{"slow from the start", "20×9s", "100×9s", 16},
		{"one that stalls", "20×100ms", "1×30s 19×100ms 19×100ms 1×30s", 16},
		{"too few to tell", "20×100ms", "19×9s", 16},
		{"slower, and then no more", "20×100ms", "20×400ms 100×450ms", 8},
		{"slow for good", "20×100ms", "60×1s", 4},
	} {
		at := &paceClock{}
		p := outbound.NewPace(outbound.PaceOptions{MaxConnections: 16, Now: at.now})
		at.answers(t, p, "copy", c.first)
		at.answers(t, p, "copy", c.then)
		if got := room(t, p); got != c.want {
			t.Errorf("%s: %d requests on their way, want %d", c.name, got, c.want)
		}
	}
}

// A listing may take any time, and a copy takes longer than a look.
func TestPaceComparesLikeWithLike(t *testing.T) {
	at := &paceClock{}
	p := outbound.NewPace(outbound.PaceOptions{Now: at.now})
	at.answers(t, p, "storage", "40×10ms")
	at.answers(t, p, "copy", "40×2s")
	at.answers(t, p, "", "20×10ms 20×10s")
	if got := room(t, p); got != 16 {
		t.Errorf("%d requests on their way, want 16 as before", got)
	}
}

func TestPaceSaysWhenItGoesDown(t *testing.T) {
	log, hook := test.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	at := &paceClock{}
	p := outbound.NewPace(outbound.PaceOptions{MaxConnections: 4, Now: at.now, Log: log})
	at.answers(t, p, "copy", "20×100ms 20×1s") // 2
	answer(turns(t, p, 2), "copy", 429)        // 1
	answer(turns(t, p, 1), "copy", 429)        // it is 1 already
	answer(turns(t, p, 1), "copy", 200)        // 2
	answer(turns(t, p, 2), "copy", 429)        // 1 again: nothing new
	for range 10 {                             // up to 4
		answer(turns(t, p, room(t, p)), "copy", 200)
	}
	answer(turns(t, p, 4), "copy", 429) // 2: it was not well for long
	for range 50 {                      // up to 4, and long there
		answer(turns(t, p, room(t, p)), "copy", 200)
	}
	answer(turns(t, p, 4), "copy", 503) // 2
	var got []string
	for _, e := range hook.AllEntries() {
		got = append(got, fmt.Sprint(e.Level, " ", e.Data["before"], " ", e.Data["at_a_time"], " ", e.Data["reason"]))
	}
	want := []string{
		"info 4 2 copy takes 1s, and took 100ms",
		"info 2 1 it answered 429",
		"debug <nil> 4 <nil>",
		"info 4 2 it answered 503",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// Who came first is first, and who gives up makes room.
func TestPaceQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := outbound.NewPace(outbound.PaceOptions{MaxConnections: 1})
		first := turns(t, p, 1)[0]
		ctx, giveUp := context.WithCancelCause(t.Context())
		cause := errors.New("enough")
		var came []string
		for _, name := range []string{"second", "impatient", "third"} {
			wait := t.Context()
			if name == "impatient" {
				wait = ctx
			}
			go func() {
				turn, err := p.Wait(wait)
				if err != nil {
					came = append(came, fmt.Sprint(name, ": ", err))
					return
				}
				came = append(came, name)
				body := turn.Until(io.NopCloser(strings.NewReader("")))
				<-time.After(time.Second)
				_ = errors.Join(body.Close(), body.Close()) // a second time is none
			}()
			synctest.Wait()
		}
		giveUp(cause)
		synctest.Wait()
		first.Leave()
		<-time.After(3 * time.Second)
		if diff := cmp.Diff([]string{"impatient: enough", "second", "third"}, came); diff != "" {
			t.Errorf("turns (-want +got):\n%s", diff)
		}
	})
}

func TestPaceKeepsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := outbound.NewPace(outbound.PaceOptions{RateLimit: 4})
		begun := time.Now()
		for range 9 {
			answer(turns(t, p, 1), "copy", 200)
		}
		if got := time.Since(begun); got != 2*time.Second {
			t.Errorf("9 requests at 4 a second take %s, want 2s", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Wait = %v, want canceled", err)
		}
	})
	p := outbound.NewPace(outbound.PaceOptions{RateLimit: 1.0 / 3600, MaxConnections: 1})
	turns(t, p, 1)[0].Leave()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 2 { // the first of them must not keep its place
		if _, err := p.Wait(ctx); err == nil || !strings.Contains(err.Error(), "would exceed") {
			t.Errorf("Wait = %v, want that there is not enough time", err)
		}
	}
}
