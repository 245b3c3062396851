package outbound_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/outbound"
)

func TestThrottledCountsWaitsForTheRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waited time.Duration
		p := outbound.NewPace(outbound.PaceOptions{RateLimit: 2, Throttled: func(d time.Duration) { waited += d }})
		for range 5 {
			answer(turns(t, p, 1), "", http.StatusOK)
		}
		if want := 2 * time.Second; waited != want {
			t.Errorf("five requests at two a second waited %s for their turn by Throttled, want %s", waited, want)
		}
	})
}

func TestThrottledCountsWaitsForASlowServerOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		want   time.Duration
	}{
		"a server that keeps up":       {http.StatusOK, 0},
		"a server that asks for less":  {http.StatusTooManyRequests, time.Second},
		"a server that is not to have": {http.StatusServiceUnavailable, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var waited time.Duration
				p := outbound.NewPace(outbound.PaceOptions{MaxConnections: 2, Throttled: func(d time.Duration) { waited += d }})
				answer(turns(t, p, 1), "", tc.status)
				var taken []*outbound.Turn
				for len(taken) < 2 && (tc.status == http.StatusOK || len(taken) < 1) {
					taken = append(taken, turns(t, p, 1)...)
				}
				time.AfterFunc(time.Second, func() { answer(taken, "", http.StatusOK) })
				answer(turns(t, p, 1), "", http.StatusOK)
				if waited != tc.want {
					t.Errorf("Throttled was told %s, want %s", waited, tc.want)
				}
				synctest.Wait()
			})
		})
	}
}

func TestThrottledCountsThePausesThatAServerWants(t *testing.T) {
	log, _ := test.NewNullLogger()
	for name, tc := range map[string]struct {
		status    int
		header    http.Header
		throttles bool
	}{
		"too many requests":    {http.StatusTooManyRequests, nil, true},
		"unavailable":          {http.StatusServiceUnavailable, nil, true},
		"an error that passes": {http.StatusBadGateway, nil, false},
		"an error with a wish": {http.StatusBadGateway, http.Header{"Retry-After": {"7"}}, true},
	} {
		var slept sleeps
		var waited time.Duration
		retry := outbound.Retry{
			Attempts: 2, Initial: time.Second, Max: time.Minute, Sleep: slept.sleep, Throttled: func(d time.Duration) { waited += d },
		}
		_ = retry.Repeat(t.Context(), logrus.FieldLogger(log), "aql", func(int) error {
			e := &outbound.Error{Operation: "aql"}
			e.Refuse(&http.Response{StatusCode: tc.status, Header: tc.header, Body: http.NoBody}, outbound.Place{}, outbound.Hider{})
			e.Status = tc.status
			return e
		})
		if len(slept) != 1 {
			t.Errorf("%s: Repeat slept %v, want once", name, slept)
		} else if got := waited == slept[0]; got != tc.throttles {
			t.Errorf("%s: Throttled was told %s of a pause of %s, want all of it: %t", name, waited, slept[0], tc.throttles)
		}
	}
	var waited time.Duration
	var slept sleeps
	retry := outbound.Retry{Initial: time.Second, Max: time.Minute, Sleep: slept.sleep, Throttled: func(d time.Duration) { waited += d }}
	_ = retry.Pause(t.Context(), 1, 0)
	if _ = retry.Pause(t.Context(), 1, 9*time.Second); waited != 9*time.Second {
		t.Errorf("Throttled was told %s of pauses, want the 9s that a server asked for", waited)
	}
}
