package fault

import (
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Throttle intercepts the requests that come faster than perSecond, after a
// burst of so many, by the clock that is handed in.
func Throttle(perSecond float64, burst int, now func() time.Time, fault http.Handler) func(*http.Request, string) http.Handler {
	bucket := rate.NewLimiter(rate.Limit(perSecond), burst)
	return func(*http.Request, string) http.Handler {
		if bucket.AllowN(now(), 1) {
			return nil
		}
		return fault
	}
}
