package outbound_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/outbound"
)

func TestUrgentRequestsGoFirst(t *testing.T) {
	for name, o := range map[string]outbound.PaceOptions{
		"where there is no room":       {MaxConnections: 1},
		"where there is a rate limit":  {RateLimit: 10},
		"where there are both of them": {MaxConnections: 1, RateLimit: 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := outbound.NewPace(o)
				first := turns(t, p, 1)
				var mu sync.Mutex
				var order []string
				send := func(what string, ctx context.Context) {
					go func() {
						turn, err := p.Wait(ctx)
						if err != nil {
							return
						}
						mu.Lock()
						order = append(order, what)
						mu.Unlock()
						turn.Answered("", http.StatusOK)
						turn.Leave()
					}()
					synctest.Wait()
				}
				gone, leave := context.WithCancel(outbound.WithUrgency(t.Context()))
				send("usual", t.Context()) // it may wait for the rate limit already
				send("usual", t.Context())
				send("urgent", outbound.WithUrgency(t.Context()))
				send("gone", gone)
				send("urgent", outbound.WithUrgency(t.Context()))
				send("usual", t.Context())
				leave()
				synctest.Wait()
				answer(first, "", http.StatusOK)
				<-time.After(time.Minute)
				want := []string{"urgent", "urgent", "usual", "usual", "usual"}
				if o.MaxConnections == 0 {
					want = []string{"usual", "urgent", "urgent", "usual", "usual"}
				}
				mu.Lock()
				defer mu.Unlock()
				if diff := cmp.Diff(want, order); diff != "" {
					t.Errorf("turns came (-want +got):\n%s", diff)
				}
			})
		})
	}
}
