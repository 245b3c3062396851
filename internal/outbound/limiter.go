package outbound

import "golang.org/x/time/rate"

// NewLimiter makes what the clients of one server share; 0 requests per second
// is without limit.
func NewLimiter(perSecond float64) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(perSecond), 1)
}
