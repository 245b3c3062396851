package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator"
)

// world is what one story takes place in.
type world struct {
	// server is nil until the story starts it.
	server *emulator.Server
	url    string
	names  *names
	// referrers are the repositories with the Referrers API, indexed the
	// referrers in the indexes of the others by place.
	referrers map[string]bool
	indexed   map[string][]string
	// emptyTypes makes entries as cosign wrote them before 3.1.
	emptyTypes bool
	traffic    *traffic
	// plain is nil unless the story starts a plain registry.
	plain   *plainRegistry
	errands []*errand
	process *process
	// received is what came to the receiver of the story.
	received *watched
	leaks    *leaks
}

type worldKey struct{}

func setUp(env *testscript.Env) error {
	w := &world{names: newNames(), traffic: newTraffic(), referrers: map[string]bool{}, indexed: map[string][]string{}, leaks: &leaks{}}
	env.Values[worldKey{}] = w
	if err := w.leaks.watch(env); err != nil {
		return err
	}
	env.Setenv(levelVariable, "trace")
	if os.Getenv("GORACE") == "" {
		// A program with the race detector sleeps for a second at its end otherwise.
		env.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	// The stories go to loopback, whatever proxy this machine has.
	env.Setenv("NO_PROXY", "127.0.0.1")
	// No login of the person who runs the tests.
	env.Setenv("DOCKER_CONFIG", filepath.Join(env.WorkDir, "docker"))
	recorded, err := filepath.Abs(filepath.Join("testdata", "recorded"))
	env.Setenv("RECORDED", recorded)
	return err
}

// started returns the emulator of the story.
func (w *world) started() (*emulator.Server, error) {
	if w.server == nil {
		return nil, errors.New("there is no server yet: artifactory comes first")
	}
	return w.server, nil
}

// registry returns the plain registry of the story.
func (w *world) registry() (*plainRegistry, error) {
	if w.plain == nil {
		return nil, errors.New("there is no plain registry yet: registry comes first")
	}
	return w.plain, nil
}
