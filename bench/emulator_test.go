package bench_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// estateVariable makes the test binary an emulator with that estate, in JSON,
// instead of a test. The emulator needs a process of its own: a child's peak
// memory includes that of the process that started it.
const estateVariable = "SIGSYNC_BENCH_ESTATE"

// estate is what the emulator has.
type estate struct {
	seed.Estate
	// Laid has it made while it is listed, instead of before.
	Laid bool
	// HardCap trims listings, as JFrog's cloud does; 0 is none.
	HardCap int
}

// spent is what the emulator has seen, and what it took of the processor.
type spent struct {
	Requests int64         `json:"requests"`
	CPU      time.Duration `json:"cpu_ns"`
}

func (s spent) since(before spent) spent {
	return spent{s.Requests - before.Requests, s.CPU - before.CPU}
}

// counter stands before the emulator and tells, at /spent, what was.
type counter struct {
	next     http.Handler
	requests atomic.Int64
}

// ServeHTTP counts a request and passes it on.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/spent" {
		c.requests.Add(1)
		c.next.ServeHTTP(w, r)
		return
	}
	s := spent{Requests: c.requests.Load()}
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) == nil {
		s.CPU = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	_ = json.NewEncoder(w).Encode(s) // who asked sees what is missing
}

func TestMain(m *testing.M) {
	text, emulates := os.LookupEnv(estateVariable)
	_, tokenizes := os.LookupEnv(tokensVariable)
	var err error
	switch {
	case emulates:
		err = emulate(text)
	case tokenizes:
		err = tokenize(os.Stdin)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// emulate serves until its standard input ends.
func emulate(text string) error {
	var e estate
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return err
	}
	o := emulator.Options{
		Users: []access.User{{Name: "admin", Password: "password", Admin: true}}, AQL: emulator.AQLLimits{HardCap: e.HardCap},
	}
	for _, key := range e.Repositories() {
		o.Repositories = append(o.Repositories, emulator.Repository{Key: key})
	}
	server, err := emulator.New(o)
	if err != nil {
		return err
	}
	if e.Laid {
		server.Tree().Lay(e)
	} else {
		e.Fill(server.Tree())
	}
	h := httptest.NewServer(&counter{next: server})
	fmt.Println(h.URL + "/artifactory")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// startEmulator returns the URL of an emulator with the estate.
func startEmulator(b testing.TB, e estate) string {
	b.Helper()
	encoded, err := json.Marshal(e)
	if err != nil {
		b.Fatal(err)
	}
	command := exec.CommandContext(b.Context(), os.Args[0])
	command.Env = append(os.Environ(), estateVariable+"="+string(encoded))
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait() // ended by its input or by the context
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatalf("start emulator: %v", err)
	}
	return strings.TrimSpace(url)
}
