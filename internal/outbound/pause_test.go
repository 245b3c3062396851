package outbound_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// What a server took once may be good again; what it never took is not sent
// twice.
func TestDoorTriesWhatWasTakenOnceAgain(t *testing.T) {
	for name, c := range map[string]struct {
		taken bool
		want  []string
	}{
		"taken once":  {true, []string{"0s", "15m0s", "45m0s", "1h45m0s", "3h45m0s", "7h45m0s", "11h45m0s"}},
		"never taken": {false, []string{"0s"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				door := outbound.NewDoor(nil)
				identify := func() (string, error) { return "password", nil }
				if c.taken {
					if err := door.Pass(t.Context(), identify, outbound.Error{}, func() error { return nil }); err != nil {
						t.Fatal(err)
					}
				}
				var tried []string
				var said string
				for began := time.Now(); time.Since(began) <= 12*time.Hour; <-time.After(5 * time.Minute) {
					err := door.Pass(t.Context(), identify, outbound.Error{}, func() error {
						tried = append(tried, time.Since(began).String())
						return &outbound.Error{Status: 401, Cause: oci.ErrUnauthorized}
					})
					said = err.Error()
				}
				if diff := cmp.Diff(c.want, tried); diff != "" {
					t.Errorf("tried (-want +got):\n%s", diff)
				}
				if !strings.Contains(said, "it was not asked: these credentials were refused at 2000-01-01T") {
					t.Errorf("a refusal that is repeated = %s, want it to say so", said)
				}
			})
		})
	}
}
