package artifactory

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// endless is a listing whose rows never end.
type endless struct {
	row  string
	sent int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.row[e.sent%len(e.row):])
	e.sent += n
	return n, nil
}

// The limit of a whole listing is too far away for a test: a nearer one stands
// for it.
func TestAListingWithoutEndIsRefusedAndNotAskedForAgain(t *testing.T) {
	const most = 1 << 20
	rows := &endless{row: `{"repo":"dev","path":"a","name":"n"},`}
	l := &listing{
		stream: newStream(io.MultiReader(strings.NewReader(`{"results":[`), rows)), repository: "dev",
		visit: func(scan.File) error { return nil },
	}
	if l.feed.whole.left != intake.ListingBytes {
		t.Errorf("a listing may have %d bytes, want %d", l.feed.whole.left, int64(intake.ListingBytes))
	}
	l.feed.whole.left = most
	err := asIncomplete(l.object(l.member))
	if !errors.As(err, new(intake.TooMuchError)) || !errors.Is(err, oci.ErrIncomplete) || errors.Is(err, oci.ErrUnavailable) {
		t.Errorf("a listing without end = %v, want incomplete, too much, and nothing that passes", err)
	}
	if rows.sent > most+64<<10 {
		t.Errorf("%d bytes were read, want no more than %d and a buffer", rows.sent, most)
	}
}
