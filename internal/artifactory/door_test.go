package artifactory_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// Five bad logins lock an account: many requests at once must not be five.
func TestWrongCredentialsAreSentOnce(t *testing.T) {
	w := start(t, nil)
	wrong := client(t, artifactory.Options{URL: w.url, Authorize: outbound.Basic("syncer", outbound.Literal("wrong"))})
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			err := wrong.Readable(t.Context(), fmt.Sprint(n))
			e, ok := errors.AsType[*outbound.Error](err)
			if !ok || !errors.Is(err, oci.ErrUnauthorized) || e.Status != http.StatusUnauthorized || e.Reason() != "Bad Credentials" ||
				e.URL != w.url+"/api/storage/"+fmt.Sprint(n) {
				t.Errorf("Readable = %v, want the refusal of the credentials, for this request", err)
			}
		})
	}
	all.Wait()
	if sent := len(w.Log()); sent != 1 || wrong.Requests().Total != 1 {
		t.Errorf("%d requests were sent and %d counted, want 1", sent, wrong.Requests().Total)
	}
	if err := w.as("syncer").Readable(t.Context(), "dev"); err != nil {
		t.Errorf("Readable with the right password = %v", err)
	}
}

func TestOtherCredentialsAreTried(t *testing.T) {
	w := start(t, nil)
	file := filepath.Join(t.TempDir(), "token")
	c := client(t, artifactory.Options{URL: w.url, Authorize: outbound.Bearer(outbound.FromFile(file))})
	for _, step := range []struct {
		token string
		want  error
		sent  int
	}{
		{"wrong", oci.ErrUnauthorized, 1}, {"wrong", oci.ErrUnauthorized, 1}, {"wrong again", oci.ErrUnauthorized, 2},
		{"admin-token", nil, 3}, {"admin-token", nil, 4},
		// What worked once may end in the middle of a run.
		{"wrong", oci.ErrUnauthorized, 5}, {"wrong", oci.ErrUnauthorized, 5}, {"admin-token", nil, 6},
	} {
		if err := os.WriteFile(file, []byte(step.token), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.Readable(t.Context(), "dev"); !errors.Is(err, step.want) || c.Requests().Total != step.sent {
			t.Errorf("Readable with %q = %v after %d requests, want %v after %d", step.token, err, c.Requests().Total, step.want, step.sent)
		}
	}
}

// Other failures say nothing about the credentials, and no credentials cannot
// be locked.
func TestOtherFailuresCloseNoDoor(t *testing.T) {
	w := start(t, nil)
	w.SetIntercept(func(*http.Request, string) http.Handler { return answer(503, "", "") })
	syncer := w.as("syncer")
	if err := syncer.Readable(t.Context(), "dev"); !errors.Is(err, oci.ErrUnavailable) {
		t.Errorf("Readable = %v, want unavailable", err)
	}
	w.SetIntercept(nil)
	if err := syncer.Readable(t.Context(), "dev"); err != nil {
		t.Errorf("Readable = %v", err)
	}
	nobody := client(t, artifactory.Options{URL: w.url})
	for range 3 {
		if err := nobody.Readable(t.Context(), "dev"); !errors.Is(err, oci.ErrUnauthorized) {
			t.Errorf("Readable = %v, want unauthorized", err)
		}
	}
	if got := nobody.Requests().Total; got != 3 {
		t.Errorf("%d requests without credentials, want 3", got)
	}
}

// Once the first request was answered, others need not wait for each other.
func TestRequestsGoSideBySide(t *testing.T) {
	const together = 4
	var arrived sync.WaitGroup
	arrived.Add(together)
	var requests atomic.Int32
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > 1 {
			arrived.Done()
			arrived.Wait()
		}
		answer(http.StatusOK, "text/plain", "OK")(w, r)
	})
	keyed := client(t, artifactory.Options{URL: c.URL(), Authorize: outbound.APIKey(outbound.Literal("key"))})
	if err := keyed.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range together {
		all.Go(func() {
			if err := keyed.Ping(t.Context()); err != nil {
				t.Errorf("Ping = %v", err)
			}
		})
	}
	all.Wait()
}
