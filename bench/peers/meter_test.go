package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// The copies' time begins as the first comes and ends as the last is answered: not
// every one that comes first is answered first.
func TestMeterTimesCopies(t *testing.T) {
	m := newMeter(http.NotFoundHandler())
	if got := m.counters(); got.Copies != 0 || got.Copying != 0 {
		t.Errorf("before the first copy: %d in %v", got.Copies, got.Copying)
	}
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	m.copied(at(120), at(130))
	m.copied(at(110), at(190))
	m.copied(at(140), at(150))
	if got := m.counters(); got.Copies != 3 || got.Copying != 80*time.Millisecond {
		t.Errorf("%d copies in %v, want 3 in 80ms", got.Copies, got.Copying)
	}
}

func TestMeterTellsCopies(t *testing.T) {
	m := newMeter(http.NotFoundHandler())
	for _, path := range []string{"/artifactory/api/search/aql", "/artifactory/api/copy/source/a", "/artifactory/api/storage/source/api/copy/a"} {
		m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, path, http.NoBody))
	}
	if got := m.counters(); got.Copies != 1 || got.Requests != 3 {
		t.Errorf("%d copies of %d requests, want 1 of 3", got.Copies, got.Requests)
	}
}
