package intake_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
)

func TestCheck(t *testing.T) {
	if err := intake.Check("the manifest", 3, 3, "layers"); err != nil {
		t.Errorf("Check(3 of 3) = %v, want nil", err)
	}
	err := fmt.Errorf("read it: %w", intake.Check("the manifest", 4, 3, "layers"))
	want := "read it: the manifest has more than 3 layers, the most that is taken in"
	if got, ok := errors.AsType[intake.TooMuchError](err); !ok || got.Most != 3 || err.Error() != want {
		t.Errorf("Check(4 of 3) = %v, want %q", err, want)
	}
}
