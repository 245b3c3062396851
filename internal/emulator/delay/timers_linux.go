package delay

import (
	"context"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// timers are the kernel's, as files: to the poller, the end of a wait is a file that
// can be read, which it is told of at once. Who has no descriptors left waits by Go's.
type timers struct{ idle sync.Pool } // of *timer

type timer struct {
	fd   int
	file *os.File // owns fd; a timer that nobody needs is closed by the garbage collector
}

// wait tells whether there was a timer to wait by.
func (t *timers) wait(ctx context.Context, d time.Duration) bool {
	one, ok := t.idle.Get().(*timer)
	if !ok {
		if one = newTimer(); one == nil {
			return false
		}
	}
	if !one.set(d) {
		_ = one.file.Close()
		return false
	}
	stop := context.AfterFunc(ctx, func() { _ = one.file.Close() })
	var expirations [8]byte
	_, err := one.file.Read(expirations[:])
	switch {
	case !stop(): // it is being closed
	case err == nil:
		t.idle.Put(one)
	default:
		_ = one.file.Close()
	}
	return err == nil || ctx.Err() != nil
}

func newTimer() *timer {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	return &timer{fd, os.NewFile(uintptr(fd), "timer")}
}

func (t *timer) set(d time.Duration) bool {
	return unix.TimerfdSettime(t.fd, 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}, nil) == nil
}
