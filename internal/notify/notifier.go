package notify

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/report"
)

// Options say who is told, and how.
type Options struct {
	// Targets are told; they are counted from 1 in errors and logs.
	Targets []Target
	// Transport sends; nil is http.DefaultTransport. A proxy is its affair.
	Transport http.RoundTripper
	// Timeout is for one attempt; 0 is 10 seconds.
	Timeout time.Duration
	// UserAgent is sent as the header of that name; "" is Go's.
	UserAgent string
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// Sleep waits between attempts, and returns early with an error when ctx
	// ends; nil waits for real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
	// Log is told of every notification; nil discards.
	Log logrus.FieldLogger
	// Result is called for each notification that was due, one call at a time,
	// with one of the results; nil is not.
	Result func(form, result string)
}

// The results of a notification that was due.
const (
	// ResultSent: the receiver took it.
	ResultSent = "sent"
	// ResultFailed: it did not, or the notification could not be made.
	ResultFailed = "failed"
	// ResultRepeated: it was not sent, because the receiver knows it already.
	ResultRepeated = "repeated"
)

// Notifier tells targets how runs ended. It is safe for concurrent use.
type Notifier struct {
	options Options
	client  http.Client
	targets []*receiver
}

// New makes a Notifier. It sends nothing. Its errors name the number of a target
// and repeat neither its URL nor its template.
func New(o Options) (*Notifier, error) {
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = &logrus.Logger{Out: io.Discard}
	}
	if o.Result == nil {
		o.Result = func(string, string) {}
	}
	n := &Notifier{options: o, client: http.Client{
		Transport:     o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for i, t := range o.Targets {
		r, err := newReceiver(i+1, t)
		if err != nil {
			return nil, fmt.Errorf("notify target %d: %w", i+1, err)
		}
		if err := r.rehearse(); err != nil {
			o.Log.WithError(err).Warn(r.name + ": the template may not work")
		}
		n.targets = append(n.targets, r)
	}
	return n, nil
}

// Tell tells each target what the outcome of a run is worth to it, all at once,
// and returns when they are told or given up, which the end of ctx hastens:
// an attempt takes no more than the timeout, and there are three of them with
// pauses of 30 seconds at the most. Tell it of whole runs only, and of each: a
// run of a part says nothing of the rest. It returns no error: a target that
// cannot be told is logged and counted.
func (n *Notifier) Tell(ctx context.Context, o Outcome) {
	if o.exitCode() == report.ExitOK {
		for _, r := range n.targets {
			r.forget()
		}
	}
	event := o.event()
	if !slices.ContainsFunc(n.targets, func(r *receiver) bool { return slices.Contains(r.On, event) }) {
		return
	}
	m := newMessage(o, n.options.Now())
	fresh := newsOf(o, m)
	results := make([]string, len(n.targets))
	var all sync.WaitGroup
	for i, r := range n.targets {
		if slices.Contains(r.On, event) {
			all.Go(func() { results[i] = n.tell(ctx, r, m, fresh) })
		}
	}
	all.Wait()
	for i, result := range results {
		if result != "" {
			n.options.Result(string(n.targets[i].Form), result)
		}
	}
}

// tell tells one target. Nothing that happens there may end the program.
func (n *Notifier) tell(ctx context.Context, r *receiver, m Message, fresh news) (result string) {
	log := n.options.Log.WithField("event", string(m.Event))
	defer func() {
		if caught := recover(); caught != nil {
			// What it was called with may hold the URL.
			log.WithField("stack", string(debug.Stack())).Errorf("%s: panic of type %T", r.name, caught)
			result = ResultFailed
		}
	}()
	now := n.options.Now()
	if r.knows(fresh, now) {
		log.Debug(r.name + ": was told this already")
		return ResultRepeated
	}
	if err := n.send(ctx, log, r, m); err != nil {
		log.WithError(err).Error(r.name + ": could not be told")
		return ResultFailed
	}
	r.remember(fresh, now)
	log.Info(r.name + ": told")
	return ResultSent
}
