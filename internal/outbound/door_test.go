package outbound_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
	"github.com/sigsync/sigsync/internal/repository"
)

// house is an Artifactory with both kinds of clients, which share a door.
type house struct {
	*emulator.Server
	rest     *artifactory.Client
	registry *registry.Client
}

// serve runs an Artifactory with the user "user", whose password is "password"
// and whose token is "token".
func serve(t *testing.T, o emulator.Options) (*emulator.Server, string) {
	t.Helper()
	o.Users = []access.User{{Name: "user", Password: "password", Tokens: []string{"token"}, Admin: true}}
	o.Repositories = []emulator.Repository{{Key: "dev"}}
	server, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, web.URL + "/artifactory"
}

func newHouse(t *testing.T, server *emulator.Server, url string, by outbound.Authorizer, door *outbound.Door) house {
	t.Helper()
	rest, err := artifactory.New(artifactory.Options{URL: url, Authorize: by, Door: door})
	if err != nil {
		t.Fatal(err)
	}
	images, err := registry.New(registry.Options{URL: url, Artifactory: true, Authorize: by, Door: door})
	if err != nil {
		t.Fatal(err)
	}
	return house{server, rest, images}
}

func someImage() repository.Image { return repository.Image{Repository: "dev", Path: "team/app"} }

// ways are a request of each client, which fails only for its credentials.
func (h house) ways(t *testing.T) map[string]func() error {
	t.Helper()
	return map[string]func() error{
		"artifactory": func() error { return h.rest.Readable(t.Context(), "dev") },
		"registry": func() error {
			_, err := h.registry.HasBlob(t.Context(), someImage(), oci.Descriptor{Size: 1})
			return err
		},
	}
}

// Whichever client is refused, the other need not try.
func TestClientsShareTheirDoor(t *testing.T) {
	for first, second := range map[string]string{"artifactory": "registry", "registry": "artifactory"} {
		server, url := serve(t, emulator.Options{})
		file := filepath.Join(t.TempDir(), "password")
		h := newHouse(t, server, url, outbound.Basic("user", outbound.FromFile(file)), outbound.NewDoor(nil))
		for _, step := range []struct {
			password string
			want     error
			sent     int
		}{{"wrong", oci.ErrUnauthorized, 1}, {"password", nil, 3}, {"worse", oci.ErrUnauthorized, 4}, {"password", nil, 6}} {
			if err := os.WriteFile(file, []byte(step.password), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, way := range []string{first, second} {
				if err := h.ways(t)[way](); !errors.Is(err, step.want) || (err == nil) != (step.want == nil) {
					t.Errorf("%s with %q = %v, want %v", way, step.password, err, step.want)
				}
			}
			if sent := len(server.Log()); sent != step.sent {
				t.Errorf("%d requests after %q, %s first, want %d", sent, step.password, first, step.sent)
			}
		}
	}
}

// visit passes a door with those credentials, which the server meets with cause.
func visit(d *outbound.Door, by string, cause error) error {
	return d.Pass(context.Background(), func() (string, error) { return by, nil }, outbound.Error{}, func() error {
		if cause == nil {
			return nil
		}
		return &outbound.Error{Cause: cause}
	})
}

func TestWhatShowsThatCredentialsAreTaken(t *testing.T) {
	for cause, want := range map[error]bool{
		nil: true, oci.ErrNotFound: true, oci.ErrUnauthorized: false, oci.ErrDenied: false, oci.ErrUnavailable: false,
	} {
		d := outbound.NewDoor(nil)
		_ = visit(d, "a", cause)
		if got := d.Accepted("a"); got != want || d.Accepted("b") || d.Accepted("") {
			t.Errorf("Accepted after %v = %t, want %t, and no others", cause, got, want)
		}
	}
}

// Credentials that were good once may end too, even while they replace others.
func TestCredentialsThatWereGoodAreRenewed(t *testing.T) {
	for good, want := range map[bool]int{true: 2, false: 1} {
		renewed := 0
		d := outbound.NewDoor(func(string) { renewed++ })
		if good {
			_ = visit(d, "second", nil)
		}
		by := []string{"first", "second"}
		err := d.Pass(t.Context(), func() (string, error) { return by[renewed], nil }, outbound.Error{}, func() error {
			return &outbound.Error{Cause: oci.ErrUnauthorized}
		})
		if !errors.Is(err, oci.ErrUnauthorized) || renewed != 1 {
			t.Errorf("Pass = %v after %d renewals, want unauthorized after one", err, renewed)
		}
		_ = visit(d, "second", oci.ErrUnauthorized)
		if renewed != want {
			t.Errorf("%d renewals where the second was good: %t, want %d", renewed, good, want)
		}
	}
}
