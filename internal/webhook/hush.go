package webhook

import (
	"sync"
	"time"
)

// hushTime is how long nothing more is said of a matter. What arrives is up to
// anybody who reaches the address, and must not fill the logs.
const hushTime = time.Minute

// hush lets one line of the log through in hushTime, for each matter.
type hush struct {
	mu      sync.Mutex
	matters map[string]*matter
}

type matter struct {
	said   time.Time
	untold int
}

// speak tells whether a matter may be spoken of now, and how often it was not
// spoken of since it was. Matters are as few as results.
func (h *hush) speak(about string, now time.Time) (untold int, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.matters[about]
	if m == nil {
		h.matters[about] = &matter{said: now}
		return 0, true
	}
	// A clock that was set back must not hush for as long as it was wrong.
	if since := now.Sub(m.said); since.Abs() < hushTime {
		m.untold++
		return 0, false
	}
	untold = m.untold
	*m = matter{said: now}
	return untold, true
}
