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
// asked for it. It reads the files and compares: what Kubernetes mounts is a
// chain of links that is swapped, and network file systems tell nobody of
// changes.
func Run(ctx context.Context, o Options, changed func(asked bool)) {
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	// What changes while changed reads the files is seen at the next look.
	seen := Snapshot{}.with(o.Seen).with(Look(o.Files()...))
	for {
		asked := o.wait(ctx)
		if ctx.Err() != nil {
			return
		}
		now := Look(o.Files()...)
		if asked || seen.differs(now) {
			changed(asked)
			now = now.with(Look(o.Files()...))
		}
		seen = now
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
