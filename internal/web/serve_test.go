package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/web"
)

func TestServeOnARealAddress(t *testing.T) {
	l, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	w := newWorld(t)
	go func() { ended <- web.Serve(ctx, l, web.Handler(w.options), time.Minute, w.options.Log) }()
	answer, err := http.Get("http://" + l.Addr().String() + "/healthz")
	if err != nil || body(answer) != "ok\n" {
		t.Errorf("GET /healthz: %v", err)
	}
	if _, err := web.Listen(t.Context(), l.Addr().String()); err == nil || !strings.HasPrefix(err.Error(), "listen on "+l.Addr().String()+": ") {
		t.Errorf("Listen on an address in use = %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
	if again, err := web.Listen(t.Context(), l.Addr().String()); err != nil {
		t.Errorf("Listen on the address after the end = %v", err)
	} else {
		_ = again.Close()
	}
}

func TestServeSaysWhyItEnds(t *testing.T) {
	l, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	log, _ := logtest.NewNullLogger()
	if err := web.Serve(t.Context(), l, http.NotFoundHandler(), time.Minute, log); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve on a closed listener = %v, want its error", err)
	}
}

// wires is a listener whose connections are in memory, so that they live in a
// bubble of synctest, whose time the test has in hand.
type wires struct {
	dialled chan net.Conn
	closed  chan struct{}
}

func (l *wires) Accept() (net.Conn, error) {
	select {
	case c := <-l.dialled:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *wires) Close() error   { close(l.closed); return nil }
func (l *wires) Addr() net.Addr { return &net.TCPAddr{} }

// serving is a server in a bubble.
type serving struct {
	*testing.T
	wires  *wires
	stop   func()
	ended  chan error
	logged *logtest.Hook
}

// bubble runs a test of a server with a grace of ten seconds.
func bubble(t *testing.T, h http.HandlerFunc, test func(*serving)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log, hook := logtest.NewNullLogger()
		ctx, stop := context.WithCancel(t.Context())
		s := &serving{t, &wires{make(chan net.Conn), make(chan struct{})}, stop, make(chan error, 1), hook}
		go func() { s.ended <- web.Serve(ctx, s.wires, h, 10*time.Second, log) }()
		test(s)
		stop()
		if err := <-s.ended; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	})
}

// dial connects, and tells whether the server takes the connection.
func (s *serving) dial() (client net.Conn, taken bool) {
	client, server := net.Pipe()
	s.Cleanup(func() { _ = client.Close() })
	go func() {
		select {
		case s.wires.dialled <- server:
		case <-s.wires.closed:
		}
	}()
	synctest.Wait()
	// Nobody reads from a pipe whose other end was not taken.
	_ = client.SetWriteDeadline(time.Now().Add(time.Millisecond))
	_, err := io.WriteString(client, "GET / HTTP/1.1\r\n")
	_ = client.SetWriteDeadline(time.Time{})
	return client, err == nil
}

// request sends a request whose answer is still to be read.
func (s *serving) request() net.Conn {
	s.Helper()
	c, _ := s.dial()
	if _, err := io.WriteString(c, "Host: x\r\n\r\n"); err != nil {
		s.Fatal(err)
	}
	return c
}

func large(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write(make([]byte, 1<<20))
}

func TestStopWaitsForAnAnswer(t *testing.T) {
	bubble(t, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(9 * time.Second) //nolint:forbidigo // the bubble's
		_, _ = io.WriteString(w, "done")
	}, func(s *serving) {
		c := s.request()
		synctest.Wait()
		s.stop()
		got, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || body(got) != "done" {
			s.Errorf("the answer under way: %v", err)
		}
	})
}

func TestStopEndsWithinTheGrace(t *testing.T) {
	bubble(t, large, func(s *serving) {
		c := s.request() // and does not read the answer
		synctest.Wait()
		began := time.Now()
		s.stop()
		err := <-s.ended
		s.ended <- err
		if took := time.Since(began); took != 10*time.Second {
			s.Errorf("stopped after %s, want the grace", took)
		}
		if n, err := io.Copy(io.Discard, c); err != nil || n >= 1<<20 {
			s.Errorf("read %d bytes after that: %v, want that the answer is broken off", n, err)
		}
		if e := s.logged.LastEntry(); e == nil || e.Level != logrus.WarnLevel || e.Data["grace"] != "10s" {
			s.Errorf("logged %v, want that an answer was broken off", e)
		}
	})
}

// Whoever does not read, ask or wait properly is let go.
func TestSlowClients(t *testing.T) {
	for name, c := range map[string]struct {
		sent string
		read bool
		want time.Duration
	}{
		"header":    {"Host:", true, 10 * time.Second},
		"body":      {"Host: x\r\nContent-Length: 9\r\n\r\n", true, 30 * time.Second},
		"no reader": {"Host: x\r\n\r\n", false, 2 * time.Minute},
		"idle":      {"Host: x\r\n\r\n", true, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err == nil {
					large(w, r)
				}
			}, func(s *serving) {
				client, _ := s.dial()
				began := time.Now()
				_, _ = io.WriteString(client, c.sent)
				if !c.read {
					time.Sleep(c.want + time.Second) //nolint:forbidigo // the bubble's
				}
				n, err := io.Copy(io.Discard, client)
				if took := time.Since(began).Truncate(2 * time.Second); err != nil || took != c.want {
					s.Errorf("let go after %s and %d bytes: %v; want it after %s", took, n, err, c.want)
				}
				if !c.read && n >= 1<<20 {
					s.Errorf("read %d bytes, want less than all", n)
				}
			})
		})
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	bubble(t, large, func(s *serving) {
		var first net.Conn
		for i := range intake.Connections {
			c, taken := s.dial()
			if !taken {
				s.Fatalf("connection %d was not taken", i)
			}
			if first == nil {
				first = c
			}
		}
		if _, taken := s.dial(); taken {
			s.Errorf("connection %d was taken", intake.Connections)
		}
		_ = first.Close()
		synctest.Wait()
		// The one that waited has its place; it sends nothing any more.
		if _, taken := s.dial(); taken {
			s.Error("one more than there may be was taken")
		}
	})
}

func TestLargeHeadersAreRefused(t *testing.T) {
	bubble(t, large, func(s *serving) {
		for size, want := range map[int]int{intake.RequestHeaderBytes / 2: 200, intake.RequestHeaderBytes * 2: 431} {
			c, _ := s.dial()
			go func() { _, _ = io.WriteString(c, "Host: x\r\nX: "+strings.Repeat("x", size)+"\r\n\r\n") }()
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil || answer.StatusCode != want {
				s.Errorf("a header of %d bytes: %v %v, want %d", size, answer, err, want)
			}
			_ = c.Close()
		}
	})
}

// What net/http says of clients is logged, in printable characters.
func TestComplaintsAreLogged(t *testing.T) {
	bubble(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		panic("\x1b[31m")
	}, func(s *serving) {
		_, _ = io.Copy(io.Discard, s.request())
		if e := s.logged.LastEntry(); e == nil || e.Level != logrus.WarnLevel || !strings.Contains(e.Message, "http: panic serving") || strings.ContainsAny(e.Message, "\x1b\n") || strings.HasSuffix(e.Message, "?") {
			s.Errorf("logged %v, want what net/http says", e)
		}
	})
}
