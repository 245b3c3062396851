package outbound

import (
	"context"
	"slices"
)

// WithUrgency has the requests of a context go before those that wait for their
// turn without it: somebody waits for what they are for.
func WithUrgency(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgencyKey{}, true)
}

type urgencyKey struct{}

func urgent(ctx context.Context) bool {
	u, _ := ctx.Value(urgencyKey{}).(bool)
	return u
}

// line is where requests wait: who came first is first, and the urgent ones are
// before the others.
type line struct{ urgent, usual []chan struct{} }

func (l *line) empty() bool { return len(l.urgent)+len(l.usual) == 0 }

// join returns what is closed when its turn has come.
func (l *line) join(urgent bool) chan struct{} {
	admitted := make(chan struct{})
	if urgent {
		l.urgent = append(l.urgent, admitted)
	} else {
		l.usual = append(l.usual, admitted)
	}
	return admitted
}

// leave takes somebody out, and tells whether he still waited.
func (l *line) leave(admitted chan struct{}) bool {
	for _, part := range []*[]chan struct{}{&l.urgent, &l.usual} {
		if n := slices.Index(*part, admitted); n >= 0 {
			*part = slices.Delete(*part, n, n+1)
			return true
		}
	}
	return false
}

// next lets in who is first.
func (l *line) next() {
	part := &l.usual
	if len(l.urgent) > 0 {
		part = &l.urgent
	}
	close((*part)[0])
	*part = (*part)[1:]
}
