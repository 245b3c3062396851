package outbound

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"
)

// PaceOptions say how much one server is asked for.
type PaceOptions struct {
	// RateLimit is in requests per second; 0 is without limit.
	RateLimit float64
	// MaxConnections is how many requests are on their way at the most; 0 is
	// without limit.
	MaxConnections int
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// Log is told when the server is asked for less; nil discards.
	Log logrus.FieldLogger
	// Throttled is told how long a request waited for its turn because of
	// RateLimit, or because the server cannot keep up; nil is nobody.
	Throttled func(d time.Duration)
}

// Pace lets requests go to one server, whichever client sends them: no more in
// a second than was said, and no more at a time than the server keeps up with,
// which is found out from its answers. It is safe for concurrent use.
type Pace struct {
	rate      *rate.Limiter
	now       func() time.Time
	log       logrus.FieldLogger
	throttled func(time.Duration)

	mu        sync.Mutex
	allowance allowance
	sent      int // requests on their way
	waiting   line
	slowdown  slowdown
	// limited tells that a request waits for the rate limit, whose own line knows
	// no urgency; others wait for that one in theirs.
	limited bool
	limits  line
}

// NewPace makes the pace of one server, which its clients share.
func NewPace(o PaceOptions) *Pace {
	p := &Pace{
		rate: rate.NewLimiter(rate.Inf, 1), now: o.Now, log: o.Log, throttled: o.Throttled, allowance: newAllowance(o.MaxConnections),
	}
	if o.RateLimit > 0 {
		p.rate.SetLimit(rate.Limit(o.RateLimit))
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.throttled == nil {
		p.throttled = func(time.Duration) {}
	}
	if p.log == nil {
		p.log = &logrus.Logger{Out: io.Discard}
	}
	return p
}

// Turn is the turn of one request.
type Turn struct {
	pace   *Pace
	halved int
	sent   time.Time
	leave  func()
}

// Wait returns once it is a request's turn. Its time in the queue is not the
// request's: that begins afterwards.
func (p *Pace) Wait(ctx context.Context) (*Turn, error) {
	began := p.now()
	slowed, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	entered := p.now()
	if err := p.limit(ctx); err != nil {
		p.leave()
		return nil, err
	}
	if slowed {
		p.throttled(entered.Sub(began))
	}
	if p.rate.Limit() != rate.Inf {
		p.throttled(p.now().Sub(entered))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return &Turn{pace: p, halved: p.allowance.halved, sent: p.now(), leave: sync.OnceFunc(p.leave)}, nil
}

// enter tells whether there would have been room if the server kept up.
func (p *Pace) enter(ctx context.Context) (slowed bool, err error) {
	p.mu.Lock()
	if p.sent < p.allowance.now {
		p.sent++
		p.mu.Unlock()
		return false, nil
	}
	slowed = p.slowdown.from > 0
	admitted := p.waiting.join(urgent(ctx))
	p.mu.Unlock()
	return slowed, p.await(ctx, admitted, &p.waiting, p.left)
}

// await returns once somebody was admitted. Where the context ends before, his
// place is given up, or what came with it.
func (p *Pace) await(ctx context.Context, admitted chan struct{}, in *line, back func()) error {
	select {
	case <-admitted:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !in.leave(admitted) { // he was let in just now
		back()
	}
	return context.Cause(ctx)
}

// limit returns once the rate limit allows for another request.
func (p *Pace) limit(ctx context.Context) error {
	if p.rate.Limit() == rate.Inf {
		return ctx.Err()
	}
	if err := p.lead(ctx); err != nil {
		return err
	}
	defer p.follow()
	return p.rate.Wait(ctx)
}

// lead returns once nobody else waits for the rate limit.
func (p *Pace) lead(ctx context.Context) error {
	p.mu.Lock()
	if !p.limited {
		p.limited = true
		p.mu.Unlock()
		return nil
	}
	admitted := p.limits.join(urgent(ctx))
	p.mu.Unlock()
	return p.await(ctx, admitted, &p.limits, p.followed)
}

func (p *Pace) follow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followed()
}

// followed is called with the lock.
func (p *Pace) followed() {
	if p.limited = !p.limits.empty(); p.limited {
		p.limits.next()
	}
}

func (p *Pace) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left()
}

// left is called with the lock.
func (p *Pace) left() {
	p.sent--
	p.admit()
}

// admit lets in who waits, as far as there is room.
func (p *Pace) admit() {
	for !p.waiting.empty() && p.sent < p.allowance.now {
		p.sent++
		p.waiting.next()
	}
}

// Leave makes room for another request. Every turn ends with it.
func (t *Turn) Leave() { t.leave() }

// Until makes room for another request when the body is closed.
func (t *Turn) Until(body io.ReadCloser) io.ReadCloser { return &turnBody{body, t} }

type turnBody struct {
	io.ReadCloser
	turn *Turn
}

// Close makes room for another request.
func (b *turnBody) Close() error {
	defer b.turn.Leave()
	return b.ReadCloser.Close()
}

// Answered takes in that an answer begins, from which the server's pace is
// learnt. operation tells what takes its own time apart; "" is what takes any.
func (t *Turn) Answered(operation string, status int) {
	p := t.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	if overloaded(status) {
		p.slow(t, fmt.Sprintf("it answered %d", status))
		return
	}
	if operation != "" && status < http.StatusBadRequest && t.halved == p.allowance.halved {
		now, before, slow := p.allowance.took(operation, p.now().Sub(t.sent))
		if slow {
			p.slow(t, fmt.Sprintf("%s takes %s, and took %s", operation, round(now), round(before)))
			return
		}
	}
	if status >= http.StatusInternalServerError {
		return
	}
	p.allowance.grow(p.sent >= p.allowance.now || !p.waiting.empty())
	if p.slowdown.over(p.allowance.now) {
		p.log.WithField("at_a_time", p.allowance.now).Debug("the server is sent as many requests as before")
	}
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// slow makes the allowance smaller, and says so.
func (p *Pace) slow(t *Turn, why string) {
	before := p.allowance.now
	p.allowance.halve(t.halved)
	if p.slowdown.news(before, p.allowance.now) {
		p.log.WithFields(logrus.Fields{"at_a_time": p.allowance.now, "before": before, "reason": why}).
			Info("the server cannot keep up: it is sent fewer requests at a time")
	}
}

// slowdown is the time from when a server could not keep up until it could
// again. What goes up and down within it is not worth a line of the log each.
type slowdown struct {
	from, lowest int // 0 for none
	calm         int // good answers in a row
}

// settled is how many good answers in a row end a slowdown.
const settled = 100

func (s *slowdown) news(before, now int) bool {
	s.calm = 0
	if now == before {
		return false
	}
	if s.from == 0 {
		s.from, s.lowest = before, before
	}
	lower := now < s.lowest
	s.lowest = min(s.lowest, now)
	return lower
}

func (s *slowdown) over(now int) bool {
	s.calm++
	if s.from == 0 || now < s.from || s.calm < settled {
		return false
	}
	*s = slowdown{}
	return true
}

// overloaded tells of an answer by which a server asks for less.
func overloaded(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}
