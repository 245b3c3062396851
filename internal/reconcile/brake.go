package reconcile

import (
	"fmt"
	"sync"

	"github.com/sigsync/sigsync/internal/report"
)

// Limits end the copying of a run that does more than was meant, or fails more
// than is sound. They hold over all of its pairs; 0 is no limit.
type Limits struct {
	// MaxCopies is how many copies a run may begin.
	MaxCopies int
	// MaxFailures is how many copies may fail: after that many, none begins.
	MaxFailures int
	// MaxFailurePercent is the same in percent of the copies tried, once
	// FewestTries have ended.
	MaxFailurePercent int
	// AllowTagEviction writes tags to repositories that keep a limited number of them.
	AllowTagEviction bool
}

// FewestTries is how many copies must have ended before the share of those that
// failed says anything.
const FewestTries = 10

// brake keeps a run from beginning more copies than it may. What is under way
// ends, so that a few more may fail than the limits say.
type brake struct {
	// limit is the command line's.
	limit  int
	limits Limits
	// reached is told, once, what keeps copies from beginning.
	reached func(report.Stop)

	mu                   sync.Mutex
	begun, tried, failed int
	stop                 *report.Stop
}

// block says why nothing more may begin; "" where it may. Once it may not, that
// stays so.
func (b *brake) block() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.why()
}

// begin reserves one copy, or says why it may not begin.
func (b *brake) begin() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	why := b.why()
	if why == "" {
		b.begun++
	}
	return why
}

// ended counts a copy that was tried.
func (b *brake) ended(failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried++
	if failed {
		b.failed++
	}
}

// takenBack counts a copy as failed that had ended well.
func (b *brake) takenBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed++
}

// stopped says what kept copies from beginning; nil for nothing.
func (b *brake) stopped() *report.Stop {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stop
}

func (b *brake) why() string {
	if b.stop == nil {
		b.stop = b.exceeded()
		if b.stop == nil {
			return ""
		}
		b.reached(*b.stop)
	}
	return b.stop.Reason
}

const copiesReached = "the limit of copies for this run is reached: %s is %d"

func (b *brake) exceeded() *report.Stop {
	l := b.limits
	switch {
	case l.MaxFailures > 0 && b.failed >= l.MaxFailures:
		return &report.Stop{By: report.ByMaxFailures, Reason: fmt.Sprintf(
			"%d copies of this run failed, and limits.max_failures is %d", b.failed, l.MaxFailures)}
	case l.MaxFailurePercent > 0 && b.tried >= FewestTries && 100*b.failed >= l.MaxFailurePercent*b.tried:
		return &report.Stop{By: report.ByMaxFailurePercent, Reason: fmt.Sprintf(
			"%d of the %d copies that this run tried failed, and limits.max_failure_percent is %d", b.failed, b.tried, l.MaxFailurePercent)}
	case l.MaxCopies > 0 && b.begun >= l.MaxCopies:
		return &report.Stop{By: report.ByMaxCopies, Reason: fmt.Sprintf(copiesReached, report.ByMaxCopies, l.MaxCopies)}
	case b.limit > 0 && b.begun >= b.limit:
		return &report.Stop{By: report.ByLimit, Reason: fmt.Sprintf(copiesReached, report.ByLimit, b.limit)}
	default:
		return nil
	}
}
