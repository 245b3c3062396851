package intake_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
)

func TestShort(t *testing.T) {
	whole := errors.New(strings.Repeat("é", intake.MessageBytes/2))
	if got := intake.Short(whole).Error(); got != whole.Error() {
		t.Errorf("Short(%d bytes) = %d bytes, want all", len(whole.Error()), len(got))
	}
	long := errors.New("x" + strings.Repeat("é", intake.MessageBytes))
	got := intake.Short(long)
	if want := "x" + strings.Repeat("é", intake.MessageBytes/2-1) + "…"; got.Error() != want || !errors.Is(got, long) {
		t.Errorf("Short(%d bytes) = %d bytes, want the first %d letters, and to be the same error", len(long.Error()), len(got.Error()), intake.MessageBytes/2)
	}
}
