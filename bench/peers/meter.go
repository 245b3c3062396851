package main

import (
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// counters are what a server has seen since it began.
type counters struct {
	Requests    int64 `json:"requests"`
	BytesIn     int64 `json:"bytes_in"`
	BytesOut    int64 `json:"bytes_out"`
	Connections int64 `json:"connections"`
	// Asked is how many signature tags of the target were asked for.
	Asked int `json:"asked"`
	// Operations are the requests by what they are for.
	Operations map[string]int `json:"operations"`
	// CPU is the processor time of the server's own process.
	CPU time.Duration `json:"cpu_ns"`
	// Copies are the requests of Copy Item, and Copying the time from the first that
	// came to the last that was answered.
	Copies  int64         `json:"copies,omitempty"`
	Copying time.Duration `json:"copying_ns,omitempty"`
}

// copyItem begins the paths of Copy Item.
const copyItem = "/artifactory/api/copy/"

// meter stands before a handler and counts. Bytes and connections are those of the
// listeners that it wraps: headers are among the bytes.
type meter struct {
	next                           http.Handler
	signature                      *regexp.Regexp
	requests, in, out, connections atomic.Int64

	mu          sync.Mutex
	asked       map[string]struct{}
	copies      int64
	first, last time.Time // of the copies
}

func newMeter(next http.Handler) *meter {
	return &meter{
		next: next, asked: map[string]struct{}{},
		signature: regexp.MustCompile(`^/v2/` + targetKey + `/.+/manifests/sha256-[0-9a-f]{64}\.sig$`),
	}
}

// ServeHTTP counts a request and passes it on.
func (m *meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.requests.Add(1)
	if m.signature.MatchString(r.URL.Path) {
		m.mu.Lock()
		m.asked[r.URL.Path] = struct{}{}
		m.mu.Unlock()
	}
	if !strings.HasPrefix(r.URL.Path, copyItem) {
		m.next.ServeHTTP(w, r)
		return
	}
	came := time.Now()
	m.next.ServeHTTP(w, r)
	m.copied(came, time.Now())
}

func (m *meter) copied(came, went time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.copies++
	if m.copies == 1 || came.Before(m.first) {
		m.first = came
	}
	if went.After(m.last) {
		m.last = went
	}
}

func (m *meter) counters() counters {
	m.mu.Lock()
	defer m.mu.Unlock()
	return counters{
		Requests: m.requests.Load(), BytesIn: m.in.Load(), BytesOut: m.out.Load(), Connections: m.connections.Load(),
		Asked: len(m.asked), CPU: ownCPU(), Copies: m.copies, Copying: m.last.Sub(m.first),
	}
}

// ownCPU is zero where the system does not tell.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// listener counts what is accepted, and what is sent over it.
type listener struct {
	net.Listener
	meter *meter
}

// Accept waits for a connection.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.meter.connections.Add(1)
	return connection{c, l.meter}, nil
}

type connection struct {
	net.Conn
	meter *meter
}

// Read counts what came in.
func (c connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.meter.in.Add(int64(n))
	return n, err
}

// Write counts what went out.
func (c connection) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.meter.out.Add(int64(n))
	return n, err
}

// sub is what was counted since an earlier look, when nothing had been asked for yet.
func (c counters) sub(before counters) counters {
	return counters{
		Requests: c.Requests - before.Requests, BytesIn: c.BytesIn - before.BytesIn, BytesOut: c.BytesOut - before.BytesOut,
		Connections: c.Connections - before.Connections, Asked: c.Asked - before.Asked, CPU: c.CPU - before.CPU,
		Operations: c.Operations, Copies: c.Copies, Copying: c.Copying,
	}
}
