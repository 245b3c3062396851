package fault

import (
	"context"
	"math/rand/v2"
	"net/http"
)

// Kind is one way to go wrong.
type Kind struct {
	Name string
	// Passes tells of what a server in trouble does: the same request may do
	// better the next time. The others are refusals, lies and pages that a
	// client has no reason to ask about again.
	Passes bool
	// Stalls tells of what ends only when the client gives up.
	Stalls bool
	// Lies tells of success that is none.
	Lies bool
	// Make returns what answers one request in the place of direct. Random
	// chooses the byte at which a body ends.
	Make func(direct http.Handler, random *rand.Rand) http.Handler
}

// Kinds returns every kind of fault that an answer can have. An absence that
// is none is not among them: a server that says 404 is believed.
func Kinds() []Kind {
	return append(append(statuses(), connections()...), lies()...)
}

func statuses() []Kind {
	var kinds []Kind
	for _, c := range []struct {
		name   string
		passes bool
		fault  http.Handler
	}{
		{"408", true, JSON(http.StatusRequestTimeout, "Request Timeout", "")},
		{"429", true, JSON(http.StatusTooManyRequests, "Too many requests", "")},
		{"429 with Retry-After", true, JSON(http.StatusTooManyRequests, "Too many requests", "1")},
		{"500", true, JSON(http.StatusInternalServerError, "Could not process the request", "")},
		{"502 page", true, HTML(http.StatusBadGateway)},
		{"503", true, JSON(http.StatusServiceUnavailable, "Service is unavailable", "")},
		{"503 page", true, HTML(http.StatusServiceUnavailable)},
		{"504 page", true, HTML(http.StatusGatewayTimeout)},
		{"401", false, JSON(http.StatusUnauthorized, "Token failed verification: expired", "")},
		{"403", false, JSON(http.StatusForbidden, "Forbidden by policy", "")},
		{"200 page", false, HTML(http.StatusOK)},
		{"redirect to a page", false, Redirect(http.StatusFound, "/ui/login")},
		{"redirect to another host", false, Redirect(http.StatusTemporaryRedirect, "http://elsewhere.invalid/v2/")},
	} {
		kinds = append(kinds, Kind{Name: c.name, Passes: c.passes, Make: func(http.Handler, *rand.Rand) http.Handler { return c.fault }})
		if c.name == "500" || c.name == "503 page" || c.name == "429" {
			kinds = append(kinds, Kind{Name: c.name + " after the effect", Passes: c.passes, Make: func(direct http.Handler, _ *rand.Rand) http.Handler {
				return After(direct, c.fault)
			}})
		}
	}
	return kinds
}

func connections() []Kind {
	return []Kind{
		{Name: "reset", Passes: true, Make: func(http.Handler, *rand.Rand) http.Handler { return Reset() }},
		{Name: "reset after the effect", Passes: true, Make: func(direct http.Handler, _ *rand.Rand) http.Handler { return ResetAfter(direct) }},
		{Name: "break", Passes: true, Make: func(direct http.Handler, random *rand.Rand) http.Handler { return BreakAt(direct, somewhere(random)) }},
		{Name: "truncate", Passes: true, Make: func(direct http.Handler, random *rand.Rand) http.Handler {
			return TruncateAt(direct, somewhere(random))
		}},
		{Name: "slow body", Passes: true, Make: func(direct http.Handler, _ *rand.Rand) http.Handler { return Trickle(direct, 64, context.Context.Err) }},
		{Name: "stall", Passes: true, Stalls: true, Make: func(direct http.Handler, _ *rand.Rand) http.Handler { return StallAt(direct, nil) }},
		{Name: "stall in the body", Passes: true, Stalls: true, Make: func(direct http.Handler, random *rand.Rand) http.Handler { return StallAt(direct, somewhere(random)) }},
	}
}

func lies() []Kind {
	return []Kind{{Name: "success without effect", Lies: true, Make: func(direct http.Handler, _ *rand.Rand) http.Handler { return Pretend(direct) }}}
}

// somewhere chooses a byte of a body at which it is not whole, unless it is empty.
func somewhere(random *rand.Rand) func(length int) int {
	return func(length int) int { return random.IntN(max(length, 1)) }
}
