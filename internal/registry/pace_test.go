package registry_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/registry"
)

// Where one request is sent at a time, one that failed makes room, and so does
// a blob that is still being read: it may be for an upload.
func TestTurnsEnd(t *testing.T) {
	s := script(t, hangUp, manifestAnswer(), answer(http.StatusOK, "", blobText), manifestAnswer(), manifestAnswer())
	var slept sleeps
	c := client(t, registry.Options{
		URL: s.url, Retry: outbound.Retry{Attempts: 2, Sleep: slept.sleep}, Pace: outbound.NewPace(outbound.PaceOptions{MaxConnections: 1}),
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := c.Manifest(ctx, app("dev").In("1.0")); err != nil {
		t.Fatalf("Manifest after a connection that broke = %v", err)
	}
	blob, err := c.Blob(ctx, app("dev"), pushed())
	if err != nil {
		t.Fatalf("Blob = %v", err)
	}
	defer func() { _ = blob.Close() }()
	for range 2 {
		if _, err := c.Manifest(ctx, app("dev").In("1.0")); err != nil {
			t.Errorf("Manifest beside a blob = %v", err)
		}
	}
}
