package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// pings is how often each of the workers asks.
const pings = 50

// bare is what a request takes that has the server do nothing, with as many under
// way as sigsync has: the latency that was asked for, what timers and loopback add,
// and the server's own cost. No client can be faster.
func bare(ctx context.Context, host string) (time.Duration, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	g, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	for range workers {
		g.Go(func() error {
			for range pings {
				if err := ping(ctx, client, host); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	return time.Since(began) / pings, err
}

func ping(ctx context.Context, client *http.Client, host string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/artifactory/api/system/ping", http.NoBody)
	if err != nil {
		return err
	}
	got, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	defer got.Body.Close()
	if _, err := io.Copy(io.Discard, got.Body); err != nil || got.StatusCode != http.StatusOK {
		return fmt.Errorf("ping: status %d: %w", got.StatusCode, err)
	}
	return nil
}
