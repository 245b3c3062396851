package reconcile_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator/seed"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/report"
)

// indexes puts n signed indexes with signed children into one image of dev, and
// promotes them to prod.
func (w *world) indexes(n int) {
	for i := range n {
		tag := fmt.Sprintf("1.%d", i)
		index := seed.PushIndex(w.tree(), dev, "app", tag, tag, 2)
		for _, subject := range append([]seed.Image{index}, index.Children...) {
			seed.Sign(w.tree(), dev, "app", subject.Digest, "key")
		}
		seed.Promote(w.tree(), dev, "app", tag, prod, "app", tag)
	}
}

// What a limit leaves costs nothing.
func TestALimitEndsTheRequestsToo(t *testing.T) {
	w := newWorld(t)
	w.indexes(10)
	w.options.Limit = 1
	r := w.sync()
	if r.Totals.Outcomes[report.Copied] != 1 || r.Totals.Outcomes[report.Held] != 29 || r.Requests.Total > 3+10 {
		t.Errorf("outcomes %v with %d requests, want 1 copied, 29 held and at most 13", r.Totals.Outcomes, r.Requests.Total)
	}
}

func TestAnInterruptEndsTheRequestsToo(t *testing.T) {
	w := newWorld(t)
	w.indexes(10)
	w.options.Copy = 1
	ctx := w.interruptedAt(2)
	r := reconcile.Run(ctx, w.options)
	if r.Totals.Outcomes[report.Copied] != 1 || r.Totals.Outcomes[report.Held] != 29 || r.Requests.Total > 3+10 {
		t.Errorf("outcomes %v with %d requests, want 1 copied, 29 held and at most 13", r.Totals.Outcomes, r.Requests.Total)
	}
}

// queried returns what is asked for from now on, in the Artifactory Query Language.
func (w *world) queried() *[]string {
	var mu sync.Mutex
	var texts []string
	w.server.SetIntercept(only("aql", func(r *http.Request) http.Handler {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, string(body))
		return nil
	}))
	return &texts
}

// Where some images of a large repository lack something, the looks before and
// after are for these: what is there besides costs nothing.
func TestALookAtSomeImagesListsNoOthers(t *testing.T) {
	w := newWorld(t)
	w.promoted(250)
	for n := range 3400 {
		seed.Sign(w.tree(), prod, "other/app", oci.FromBytes(fmt.Append(nil, n)).String(), "key")
	}
	w.options.Scan = 1
	queries := w.queried()
	if r := w.sync(); r.Totals.Outcomes[report.Copied] != 250 {
		t.Fatalf("outcomes %v, want 250 copied", r.Totals.Outcomes)
	}
	if len(*queries) != 2+2+2 {
		t.Fatalf("%d queries, want a listing of each side, and two looks of two queries", len(*queries))
	}
	for _, text := range (*queries)[2:] {
		if !strings.Contains(text, "team/app") || strings.Contains(text, `"manifest.json"`) {
			t.Errorf("a look asks for more than the attachments of what was copied: %.300s", text)
		}
	}
}
