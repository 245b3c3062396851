package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
)

// worldVariable makes the program a server with the cell in it, in JSON, instead
// of one that measures: the server's memory and processor time are not those of
// the programs that are measured.
const worldVariable = "SIGSYNC_PEERS_WORLD"

// addresses are what the server says once it listens.
type addresses struct {
	// Host is that of the emulator, Door that of counters and verdict.
	Host string `json:"host"`
	Door string `json:"door"`
}

// serveWorld serves until its input ends.
func serveWorld(of string, in io.Reader, out io.Writer) error {
	var c cell
	if err := json.Unmarshal([]byte(of), &c); err != nil {
		return fmt.Errorf("read %s: %w", worldVariable, err)
	}
	s, err := c.server()
	if err != nil {
		return err
	}
	m := newMeter(s)
	host, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the process
	if err != nil {
		return err
	}
	side, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the process
	if err != nil {
		return err
	}
	d := door{s, m, newJudge(s.Tree())}
	failed := make(chan error, 2)
	go func() { failed <- serveOn(listener{host, m}, m) }()
	go func() { failed <- serveOn(side, d.handler()) }()
	runtime.GC() // of what filling left, before anybody measures
	if err := json.NewEncoder(out).Encode(addresses{host.Addr().String(), side.Addr().String()}); err != nil {
		return err
	}
	go func() {
		_, err := io.Copy(io.Discard, in)
		failed <- err
	}()
	return <-failed
}

func serveOn(l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// door tells what the server has counted, and what has become of its target.
type door struct {
	server *emulator.Server
	meter  *meter
	judge  *judge
}

func (d door) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) {
		c := d.meter.counters()
		c.Operations = d.server.Counts()
		answer(w, c)
	})
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) { answer(w, d.judge.list()) })
	mux.HandleFunc("POST /verdict", func(w http.ResponseWriter, r *http.Request) {
		var done []item
		if err := json.NewDecoder(r.Body).Decode(&done); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, d.judge.judge(done))
	})
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who asked went away
}
