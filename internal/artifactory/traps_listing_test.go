package artifactory_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

func trapFilteredRows(t *testing.T) {
	files := []string{"dev:secret/a/1/manifest.json", "dev:secret/b/1/manifest.json", "dev:team/a/1/manifest.json", "dev:team/b/1/manifest.json"}
	w := start(t, nil, files...)
	got, err := list(t.Context(), w.as("partial"), scan.Query{Repository: "dev"})
	if diff := cmp.Diff([]string{"team/a/1/manifest.json", "team/b/1/manifest.json"}, got); diff != "" || err != nil {
		t.Errorf("List = %v, want what the account may read (-want +got):\n%s", err, diff)
	}
	// With a limit that the server enforces, fewer rows than the limit prove
	// nothing: the third row may be one that was filtered, and a fourth cut off.
	w = start(t, func(o *emulator.Options) { o.AQL.UserLimit = 3 }, files...)
	if got, err := list(t.Context(), w.as("partial"), scan.Query{Repository: "dev"}); !errors.Is(err, oci.ErrIncomplete) || len(got) >= 3 {
		t.Errorf("List = %v, %v, want fewer rows than the limit and incomplete", got, err)
	}
}

func trapQuery(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json")
	var text string
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		text = read(r)
		return nil
	})
	if _, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: []string{"app"}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`.include("repo","path","name","sha256","size")`, `"repo":"dev"`} {
		if !strings.Contains(text, want) {
			t.Errorf("query %s, want %s in it", text, want)
		}
	}
	for _, unwanted := range []string{"sort", "limit", "offset", "property", "@"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("query %s, want no %s in it", text, unwanted)
		}
	}
}

func trapTrimmed(t *testing.T) {
	w := start(t, func(o *emulator.Options) { o.AQL.HardCap = 1 }, "dev:app/é1/manifest.json", "dev:app/é2/manifest.json")
	_, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"})
	if !errors.Is(err, oci.ErrIncomplete) || !strings.Contains(err.Error(), "AQL query reached the search hard limit, results are trimmed.") {
		t.Errorf("List = %v, want incomplete, with the server's words", err)
	}
	w = start(t, nil, "dev:app/1.0/manifest.json")
	w.intercept("aql", http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		w.Direct().ServeHTTP(&breaking{ResponseWriter: answer, left: 60}, r)
	}))
	if _, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"}); !errors.Is(err, oci.ErrIncomplete) {
		t.Errorf("List of an answer that breaks off = %v, want incomplete", err)
	}
}

// breaking passes on the first bytes of a body.
type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	n, err := b.ResponseWriter.Write(p[:min(b.left, len(p))])
	b.left -= n
	return len(p), err
}

func trapUnknownRepository(t *testing.T) {
	w := start(t, nil)
	if got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dve"}); len(got) != 0 || err != nil {
		t.Errorf("List(dve) = %v, %v, want nothing and no error", got, err)
	}
	if _, err := w.as("syncer").Repository(t.Context(), "dve"); !errors.Is(err, oci.ErrNotFound) {
		t.Errorf("Repository(dve) = %v, want not found", err)
	}
	if err := w.as("syncer").Readable(t.Context(), "dve"); !errors.Is(err, oci.ErrNotFound) {
		t.Errorf("Readable(dve) = %v, want not found", err)
	}
}

func trapTimestamps(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json")
	if err := w.as("syncer").CopyFile(t.Context(), in("dev", "app/1.0/manifest.json"), in("prod", "app/1.0/manifest.json"), 1); err != nil {
		t.Fatal(err)
	}
	source, _ := w.Tree().Stat("dev", "app/1.0/manifest.json")
	target, _ := w.Tree().Stat("prod", "app/1.0/manifest.json")
	if !source.Created.Equal(target.Created) || !source.Modified.Equal(target.Modified) {
		t.Fatal("the copy has timestamps of its own: this test shows nothing")
	}
	if got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "prod"}); len(got) != 1 || err != nil {
		t.Errorf("List = %v, %v, want the fresh copy of an old file", got, err)
	}
}
