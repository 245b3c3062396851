package outbound_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// sleeps is a Sleep that writes down how long, and does not wait.
type sleeps []time.Duration

func (s *sleeps) sleep(ctx context.Context, d time.Duration) error {
	*s = append(*s, d)
	return ctx.Err()
}

func TestPauseGrowsToTheLongest(t *testing.T) {
	var slept sleeps
	retry := outbound.Retry{Initial: time.Second, Max: 5 * time.Second, Sleep: slept.sleep}
	longest := map[int]time.Duration{}
	for range 2000 {
		for _, attempts := range []int{1, 2, 3, 4, 100} {
			slept = nil
			if err := retry.Pause(t.Context(), attempts, 0); err != nil {
				t.Fatal(err)
			}
			longest[attempts] = max(longest[attempts], slept[0])
		}
	}
	for attempts, bound := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 5 * time.Second, 100: 5 * time.Second} {
		if got := longest[attempts]; got >= bound || got < bound*9/10 {
			t.Errorf("the longest of 2000 pauses after %d attempts = %s, want nearly %s", attempts, got, bound)
		}
	}
	slept = nil
	if err := (outbound.Retry{Sleep: slept.sleep}).Pause(t.Context(), 3, 0); err != nil || slept[0] != 0 {
		t.Errorf("Pause of the zero value = %v, %v, want none", slept, err)
	}
}

func TestPauseEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if err := (outbound.Retry{Initial: time.Hour, Max: time.Hour}).Pause(ctx, 1, 0); !errors.Is(err, cause) {
		t.Errorf("Pause = %v, want %v", err, cause)
	}
}
