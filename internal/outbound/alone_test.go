package outbound_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

func somebody() (string, error) { return "wrong", nil }

// An answer that may pass says nothing of the credentials it came to.
func TestTheDoorOpensOnlyForAJudgement(t *testing.T) {
	for _, e := range []*outbound.Error{
		{Status: http.StatusServiceUnavailable, Cause: oci.ErrUnavailable}, {Cause: oci.ErrUnavailable},
		{Status: http.StatusTooManyRequests, Cause: oci.ErrThrottled},
	} {
		d := outbound.NewDoor(nil)
		_ = d.Pass(t.Context(), somebody, outbound.Error{}, func() error { return e })
		if sent := guesses(t, d); sent != 1 {
			t.Errorf("a wrong password was sent %d times after %v", sent, e.Cause)
		}
	}
}

// guesses sends a wrong password twenty times at once, as far as the door lets it.
func guesses(t *testing.T, d *outbound.Door) int {
	t.Helper()
	var sent atomic.Int32
	ready := make(chan struct{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			<-ready
			_ = d.Pass(t.Context(), somebody, outbound.Error{}, func() error {
				sent.Add(1)
				return &outbound.Error{Status: http.StatusUnauthorized, Cause: oci.ErrUnauthorized}
			})
		})
	}
	close(ready)
	all.Wait()
	return int(sent.Load())
}

// Who waits for the request that goes alone waits no longer than it may.
func TestTheWaitAtTheDoorEnds(t *testing.T) {
	d := outbound.NewDoor(nil)
	inside, done := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_ = d.Pass(t.Context(), somebody, outbound.Error{}, func() error {
			close(inside)
			<-done
			return nil
		})
	})
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := d.Pass(ctx, somebody, outbound.Error{Operation: "copy"}, func() error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Pass = %v, want that it was canceled", err)
	}
	close(done)
	all.Wait()
}
