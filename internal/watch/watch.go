// Package watch tells when the content of files has changed.
package watch

import (
	"context"
	"os"
	"time"
)

// Options say what is watched.
type Options struct {
	// Files returns the paths of the files. It is asked for each look: what is
	// watched may depend on what a file holds.
	Files func() []string
	// Seen is what was there when the files were read; files that it lacks count
	// from the first look.
	Seen Snapshot
	// Every is the time between two looks.
	Every time.Duration
	// Asked brings on a look at once, whose outcome is told in any case; nil never does.
	Asked <-chan os.Signal
	// Sleep waits, and returns early with an error when ctx ends; nil waits for
	// real time to pass.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Run calls changed after each change until ctx ends; asked tells that somebody
// asked for it. A change counts once two looks agree on it: somebody may still be
// writing. changed tells whether it took over what is there; what it did not is
// brought before it again at each look, since what it lacks may not be watched.
//
// Run reads the files and compares: what Kubernetes mounts is a chain of links
// that is swapped, and network file systems tell nobody of changes.
func Run(ctx context.Context, o Options, changed func(asked bool) (taken bool)) {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	// What changes while changed reads the files is seen at the next look.
	seen := Snapshot{}.with(o.Seen).with(Look(o.Files()...))
	last, due := seen, false
	for {
		asked := o.wait(ctx)
		if ctx.Err() != nil {
			return
		}
		now := Look(o.Files()...)
		due = due || seen.differs(now)
		settled := !last.differs(now)
		if asked || due && settled {
			due = !changed(asked)
			now = now.with(Look(o.Files()...))
			seen = now
		}
		// What is new on the list was read by whoever put it there.
		seen, last = Snapshot{}.with(seen).with(now), now
	}
}

// wait waits for the next look, and tells whether somebody asked for it.
func (o Options) wait(ctx context.Context) (asked bool) {
	waiting, stop := context.WithCancel(ctx)
	slept := make(chan struct{})
	go func() {
		defer close(slept)
		_ = o.Sleep(waiting, o.Every) // returns early only when its context ends
	}()
	select {
	case <-o.Asked:
		asked = true
	case <-slept:
	}
	stop()
	<-slept
	return asked
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
