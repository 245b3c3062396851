package webhook

import (
	"context"
	"sync"
)

// delivery is one event on its way to one handler.
type delivery struct {
	handler Handler
	body    []byte
	report  Attempt

	turn  <-chan struct{} // closed when the one before has been tried; nil if it is the first
	tried chan<- struct{} // closed when this one has been tried once
	over  chan struct{}   // closed when it is delivered or given up
}

// again is the same delivery once more.
func (d *delivery) again() *delivery {
	return &delivery{handler: d.handler, body: d.body, report: d.report}
}

// lost reports that nothing was sent.
func (d *delivery) lost(why string) Attempt {
	report := d.report
	report.Outcome, report.Problem = Lost, why
	return report
}

// deliver tries a delivery when its turn has come until it is settled.
func (s *Sender) deliver(ctx context.Context, d *delivery) {
	triedOnce := sync.OnceFunc(func() { close(d.tried) })
	defer s.settle(d)
	defer triedOnce()
	if !s.await(ctx, d) {
		d.report.Outcome = Ended
		s.record(d.report)
		return
	}
	for try := 1; s.try(ctx, d, try) && try < Tries; try++ {
		triedOnce()
		if s.options.Sleep(ctx, s.options.Wait) != nil {
			return
		}
	}
}

// await waits until a delivery may be tried, and tells whether it still may.
func (s *Sender) await(ctx context.Context, d *delivery) bool {
	if s.options.Delay > 0 && s.options.Sleep(ctx, s.options.Delay) != nil {
		return false
	}
	if d.turn != nil {
		select {
		case <-d.turn:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// try sends a delivery once and tells whether it may be tried again.
func (s *Sender) try(ctx context.Context, d *delivery, try int) bool {
	report := d.report
	report.Try = try
	s.places <- struct{}{}
	status, err := s.post(ctx, d.handler, d.body)
	<-s.places
	report.Status, report.Outcome = status, outcome(ctx, status, err)
	if err != nil {
		report.Problem = problem(err)
	}
	s.record(report)
	return report.Outcome == Failed
}

// settle counts a delivery as no longer under way.
func (s *Sender) settle(d *delivery) {
	s.mu.Lock()
	delete(s.pending, d)
	s.mu.Unlock()
	close(d.over)
}
