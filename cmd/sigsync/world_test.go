package main

import (
	"errors"
	"os"

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
	traffic   *traffic
	process   *process
}

type worldKey struct{}

func setUp(env *testscript.Env) error {
	env.Values[worldKey{}] = &world{names: newNames(), traffic: newTraffic(), referrers: map[string]bool{}, indexed: map[string][]string{}}
	if os.Getenv("GORACE") == "" {
		// A program with the race detector sleeps for a second at its end otherwise.
		env.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	// The stories go to loopback, whatever proxy this machine has.
	env.Setenv("NO_PROXY", "127.0.0.1")
	return nil
}

// started returns the emulator of the story.
func (w *world) started() (*emulator.Server, error) {
	if w.server == nil {
		return nil, errors.New("there is no server yet: artifactory comes first")
	}
	return w.server, nil
}
