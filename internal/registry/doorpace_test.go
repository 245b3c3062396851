package registry_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// patience ends what would hang; what works takes none of it.
const patience = 20 * time.Second

// expiring is a server that takes one token, and another after that ended.
type expiring struct {
	http.Handler
	arrives func(r *http.Request) // before the login is looked at
	taken   atomic.Pointer[string]
	sent    atomic.Pointer[string]
	server  *httptest.Server
	door    *outbound.Door
}

// expire runs handler behind a login. The clients have token "1" at once where
// token "0" is refused.
func expire(t *testing.T, handler http.HandlerFunc, arrives func(*expiring, *http.Request)) *expiring {
	t.Helper()
	x := &expiring{Handler: handler}
	x.arrives = func(r *http.Request) { arrives(x, r) }
	first, second := "0", "1"
	x.taken.Store(&first)
	x.sent.Store(&first)
	x.door = outbound.NewDoor(func(string) { x.sent.Store(&second) })
	x.server = httptest.NewServer(x)
	t.Cleanup(x.server.Close)
	return x
}

func (x *expiring) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.arrives(r)
	if r.Header.Get("Authorization") != "Bearer "+*x.taken.Load() {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	x.Handler.ServeHTTP(w, r)
}

func (x *expiring) end() { second := "1"; x.taken.Store(&second) }

func (x *expiring) token() (string, error) { return *x.sent.Load(), nil }

func (x *expiring) clients(t *testing.T, pace *outbound.Pace) (*artifactory.Client, *registry.Client) {
	t.Helper()
	url, login := x.server.URL+"/artifactory", outbound.Bearer(x.token)
	rest, err := artifactory.New(artifactory.Options{URL: url, Door: x.door, Pace: pace, Authorize: login})
	if err != nil {
		t.Fatal(err)
	}
	images, err := registry.New(registry.Options{URL: url, Artifactory: true, Door: x.door, Pace: pace, Authorize: login})
	if err != nil {
		t.Fatal(err)
	}
	return rest, images
}

// The bytes of an upload may come from the server that they go to, and the login
// may end between its two requests.
func TestALoginEndsInTheMiddleOfAnUpload(t *testing.T) {
	content := []byte("some content")
	d := oci.Descriptor{Digest: oci.FromBytes(content), Size: int64(len(content))}
	x := expire(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			w.Header().Set("Location", r.URL.Path+"id")
			w.WriteHeader(http.StatusAccepted)
		case http.MethodPut:
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusCreated)
		case http.MethodGet:
			_, _ = w.Write(content)
		}
	}, func(x *expiring, r *http.Request) {
		if r.Method == http.MethodPut {
			x.end()
		}
	})
	_, c := x.clients(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := c.Push(ctx, repository.Image{Repository: "prod", Path: "app"}, d, func(ctx context.Context) (io.ReadCloser, error) {
		return c.Blob(ctx, repository.Image{Repository: "dev", Path: "app"}, d)
	}, repository.Image{})
	if err != nil {
		t.Errorf("Push = %v, want that the second login carries it", err)
	}
}

// The clients of a server wait for one another at two places, always in the same
// order: else each holds what the other waits for.
func TestClientsDoNotWaitForEachOther(t *testing.T) {
	for range 100 {
		var sent atomic.Int32
		x := expire(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
		}, func(x *expiring, _ *http.Request) {
			if sent.Add(1) == 5 {
				x.end()
			}
		})
		rest, images := x.clients(t, outbound.NewPace(outbound.PaceOptions{MaxConnections: 1}))
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { _ = rest.Readable(ctx, "dev") })
			all.Go(func() {
				_, _ = images.Resolve(ctx, repository.Image{Repository: "prod", Path: "app"}.In("x"))
			})
		}
		all.Wait()
		if ctx.Err() != nil {
			t.Fatal("the requests ended with their context only")
		}
		cancel()
		x.server.Close()
	}
}
