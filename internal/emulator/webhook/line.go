package webhook

import "context"

// line is the order in which the deliveries to one handler are first tried.
// The real server has none; here disorder comes from switches only, so that it
// comes again.
type line struct {
	// tail is closed when the last one in line has been tried; nil if there is none.
	tail <-chan struct{}
	// held are the copies of a delivery that lets the next one go before it.
	held []*delivery
	// give ends the waiting of the held ones.
	give context.CancelFunc
}

// lineKey names a line by its subscription and the handler's number in it.
type lineKey struct {
	subscription string
	handler      int
}

// join puts the copies of a delivery into the line of their handler, unless too
// many are under way. Late ones are held back until others have joined, or for
// a while.
func (s *Sender) join(at lineKey, copies []*delivery, late bool) {
	if len(s.pending)+len(copies) > s.options.Pending {
		s.record(copies[0].lost("too many deliveries are under way"))
		return
	}
	for _, d := range copies {
		d.over = make(chan struct{})
		s.pending[d] = true
	}
	l := s.lines[at]
	if l == nil {
		l = &line{}
		s.lines[at] = l
	}
	if late && l.held == nil {
		s.hold(l, copies)
		return
	}
	s.append(l, copies)
	s.advance(l)
}

// hold keeps a delivery out of its line for a while.
func (s *Sender) hold(l *line, copies []*delivery) {
	l.held = copies
	l.give = s.start(func(ctx context.Context) {
		_ = s.options.Sleep(ctx, s.options.Hold) // it ends early when the delivery has been given its place
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(l.held) > 0 && l.held[0] == copies[0] {
			s.advance(l)
		}
	})
}

// advance puts a held delivery into its line.
func (s *Sender) advance(l *line) {
	if l.held == nil {
		return
	}
	copies, give := l.held, l.give
	l.held, l.give = nil, nil
	give()
	s.append(l, copies)
}

// release puts every held delivery into its line.
func (s *Sender) release() {
	for _, l := range s.lines {
		s.advance(l)
	}
}

// append puts deliveries at the end of a line, and starts them.
func (s *Sender) append(l *line, copies []*delivery) {
	for _, d := range copies {
		tried := make(chan struct{})
		d.turn, d.tried, l.tail = l.tail, tried, tried
		s.start(func(ctx context.Context) { s.deliver(ctx, d) })
	}
}

// forget ends the lines of a subscription.
func (s *Sender) forget(subscription string) {
	for at, l := range s.lines {
		if at.subscription == subscription {
			s.advance(l)
			delete(s.lines, at)
		}
	}
}
