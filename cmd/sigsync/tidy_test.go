package main

import (
	"runtime"
	"testing"
)

func TestGarbageIsLeftAccordingToWhatIsInUse(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 100}, {4 << 20, 100}, {16 << 20, 100}, {32 << 20, 50}, {80 << 20, 20}, {160 << 20, 10}, {1 << 40, 10}} {
		if got := garbage(c.live); got != c.want {
			t.Errorf("garbage of %d bytes in use = %d %%, want %d", c.live, got, c.want)
		}
	}
}

func TestTidyLooksAfterEachCollection(t *testing.T) {
	unset := func(string) (string, bool) { return "", false }
	percent := make(chan int, 1)
	inUse := make([]byte, 200<<20)
	tidy(unset, func(p int) int {
		select {
		case percent <- p:
		default: // nobody asks any more; who waited here would keep all finalizers
		}
		return 0
	})
	for range 2 {
		runtime.GC()
		if got := <-percent; got != leastGarbage {
			t.Errorf("a collection with 200 MiB in use sets %d %%, want %d", got, leastGarbage)
		}
	}
	runtime.KeepAlive(inUse)
}

func TestTidyLeavesWhatTheEnvironmentSays(t *testing.T) {
	for _, variable := range []string{"GOGC", "GOMEMLIMIT"} {
		tidy(func(name string) (string, bool) { return "1", name == variable }, func(int) int {
			t.Errorf("%s is set, and not left alone", variable)
			return 0
		})
	}
	// Who has looked at one collection would have looked before the end of the next but one.
	for range 3 {
		done := make(chan bool)
		runtime.SetFinalizer(&[]byte{}, func(*[]byte) { close(done) })
		runtime.GC()
		<-done
	}
}
