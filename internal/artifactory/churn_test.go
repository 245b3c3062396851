package artifactory_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// onQuery calls change with the number and the text of each query before it is
// answered, and has what it returns asked instead.
func (w *world) onQuery(change func(n int, text string) string) {
	n := 0
	w.SetIntercept(func(r *http.Request, asked string) http.Handler {
		if asked != "aql" {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.t.Error(err)
		}
		n++
		body = []byte(change(n, string(body)))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return nil
	})
}

// What was there all the time is in a listing, whatever comes and goes between
// its parts, whoever asks and for what.
func TestPartsMissNothingThatWasThereAllTheTime(t *testing.T) {
	whole := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		user := []string{"admin", "partial"}[r.IntN(2)]
		q := scan.Query{Repository: "dev", AttachmentsOnly: r.IntN(3) == 0}
		if r.IntN(3) == 0 {
			q.Images = []string{"team/**", "a*"}
		}
		files := randomFiles(r, 10+r.IntN(60), true)
		coming := randomFiles(r, 60, true)
		want, err := list(t.Context(), start(t, nil, files...).as(user), q)
		if err != nil {
			t.Fatal(err)
		}
		hardCap := 1 + r.IntN(20)
		w := start(t, func(o *emulator.Options) { o.AQL.HardCap, o.AQL.IgnoreCase, o.Seed = hardCap, r.IntN(2) == 0, seed }, files...)
		old := map[string]bool{}
		for _, file := range files {
			old[file] = true
		}
		times := map[string]int{} // that it came or went
		w.onQuery(func(_ int, text string) string {
			for range r.IntN(4) {
				file := coming[r.IntN(len(coming))]
				repo, path, _ := strings.Cut(file, ":")
				switch times[file]++; {
				case old[file]:
				case times[file] == 1:
					w.Tree().Put(repo, path, []byte(path), "ci", nil)
				default:
					w.Tree().Delete(repo, path)
				}
			}
			return text
		})
		got, err := list(t.Context(), w.as(user), q)
		if err != nil {
			if user == "admin" || !errors.Is(err, oci.ErrIncomplete) {
				t.Errorf("seed %d, cap %d: List as %s = %v, want all rows, or ErrIncomplete where not all may be read", seed, hardCap, user, err)
			}
			continue
		}
		whole++
		listed := map[string]bool{}
		for _, row := range got {
			listed[row] = true
		}
		for _, row := range want {
			if !listed[row] {
				t.Errorf("seed %d, cap %d: List as %s misses %s", seed, hardCap, user, row)
			}
		}
	}
	if whole < 100 {
		t.Errorf("%d of 200 listings were whole: this test tries little", whole)
	}
}
