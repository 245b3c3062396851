package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/net/netutil"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/printable"
)

// How long a client may take. Whoever takes longer is let go, so that nobody
// keeps others out.
const (
	// headerTime is for the header of a request, which is sent in one piece.
	headerTime = 10 * time.Second
	// requestTime is for all of a request: an event is some kilobytes.
	requestTime = 30 * time.Second
	// answerTime is for all of an answer, from the header of its request on: the
	// largest report, compressed, over a slow line.
	answerTime = 2 * time.Minute
	// idleTime is until the next request. It is short: whoever keeps connections
	// without asking for anything keeps others out, probes among them.
	idleTime = 10 * time.Second
)

// Listen listens on an address (host:port; port 0 is any that is free). The
// listener tells which it is.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// Serve answers on a listener until ctx ends. Then it takes no more requests,
// lets those under way end within grace, breaks off the rest and returns nil.
// The error says why it could serve no longer. The listener is closed then.
func Serve(ctx context.Context, l net.Listener, h http.Handler, grace time.Duration, logger logrus.FieldLogger) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: intake.RequestHeaderBytes, ErrorLog: log.New(complaints{logger}, "", 0),
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(netutil.LimitListener(l, intake.Connections)) }()
	select {
	case err := <-ended:
		_ = s.Close() // whatever is still open is of no use to anybody
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	return stop(context.WithoutCancel(ctx), s, grace, logger)
}

func stop(ctx context.Context, s *http.Server, grace time.Duration, logger logrus.FieldLogger) error {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	err := s.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		logger.WithField("grace", grace.String()).Warn("answers under way are broken off: they took longer than the grace")
		err = s.Close()
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// complaints logs what net/http has to say of its clients.
type complaints struct{ log logrus.FieldLogger }

// Write logs a line.
func (c complaints) Write(line []byte) (int, error) {
	c.log.Warn(printable.Line(strings.TrimSpace(string(line))))
	return len(line), nil
}
