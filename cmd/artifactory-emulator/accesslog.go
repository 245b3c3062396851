package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// printer prints each request, and each attempt to send an event, on a line.
type printer struct {
	mu  sync.Mutex
	out io.Writer
}

func (p *printer) request(e emulator.Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	target := e.Path
	if e.Query != "" {
		target += "?" + e.Query
	}
	_, _ = fmt.Fprintf(p.out, "%s %s %s %s %d %s\n", e.Time.UTC().Format(time.RFC3339Nano), e.User, e.Method, target, e.Status, e.Operation)
}

func (p *printer) attempt(a webhook.Attempt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintf(p.out, "webhook %s %s %s/%s to %s: try %d, status %d, %s", a.Subscription, a.Type, a.Repo, a.Path, a.URL, a.Try, a.Status, a.Outcome)
	if a.Problem != "" {
		_, _ = fmt.Fprintf(p.out, ": %s", a.Problem)
	}
	_, _ = fmt.Fprintln(p.out)
}
