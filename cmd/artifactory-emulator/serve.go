package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
)

// grace is how long requests under way may take at the end.
const grace = 5 * time.Second

// serve answers requests until the context ends. The sample is the file for its
// public key, or "" for none.
func serve(ctx context.Context, out io.Writer, listen, sample string, options emulator.Options) error {
	server, err := emulator.New(options)
	if err != nil {
		return fmt.Errorf("set up emulator: %w", err)
	}
	defer server.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", listen, err)
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: grace}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	url := address(listener.Addr(), options)
	if sample != "" {
		if err := fill(ctx, url, sample, options); err != nil {
			return errors.Join(fmt.Errorf("fill with the sample: %w", err), web.Close())
		}
	}
	introduce(out, url, options)
	select {
	case err = <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return shutDown(context.WithoutCancel(ctx), web)
}

func shutDown(ctx context.Context, web *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	if err := web.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), web.Close())
	}
	return nil
}

// address is the server's base URL.
func address(listener net.Addr, options emulator.Options) string {
	path := options.ContextPath
	if path == "" {
		path = "/artifactory"
	}
	return fmt.Sprintf("http://%s%s", listener, path)
}

// introduce prints where the server is, and who may log in.
func introduce(out io.Writer, url string, options emulator.Options) {
	_, _ = fmt.Fprintf(out, "Artifactory emulator at %s\n", url)
	for _, user := range options.Users {
		role := ""
		if user.Admin {
			role = " (admin)"
		}
		_, _ = fmt.Fprintf(out, "user %s%s\n", user.Name, role)
	}
}
