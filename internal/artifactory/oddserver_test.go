package artifactory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/scan"
)

// Parts are whole only where patterns mean what they say. A server where they do
// not is found out by what it sent before and does not send again, and by what it
// sends though it was told not to.
func TestPartsOfAServerThatMatchesOddly(t *testing.T) {
	const nothing, everything = `{"name":"nothing"}`, `{"name":{"$match":"*"}}`
	flat := []string{"dev:\u00e9/1/manifest.json", "dev:\u00e9/2/manifest.json"}
	var folder []string
	for i := range 40 {
		flat = append(flat, fmt.Sprintf("dev:app%d/1/manifest.json", i))
		folder = append(folder, fmt.Sprintf("dev:app/sha256-%s.sig/%d", digest("s").Hex(), i))
	}
	root := []string{"dev:app/1/manifest.json", "dev:manifest.json", "dev:list.manifest.json", "dev:" + scan.EmptyConfigName}
	not, match, but := `\{"path":\{"\$nmatch":"[^"]*"\}\}`, `\{"path":\{"\$match":"a[^"]*"\}\}`, `\{"path":\{"\$ne":"[^"]*"\}\}`
	for _, c := range []struct {
		name, criterion, instead string
		files                    []string
	}{
		{"no row is one that does not match", not, nothing, flat},
		{"any row is one that does not match", not, everything, flat},
		{"no row matches", match, nothing, flat},
		{"no row at the root matches", `\{"path":\{"\$match":"\.[^"]*"\}\}`, nothing, root},
		{"any row is in another folder", but, everything, folder},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, func(o *emulator.Options) { o.AQL.HardCap = len(c.files) - 1 }, c.files...)
			criterion, queries, rows := regexp.MustCompile(c.criterion), 0, 0
			w.onQuery(func(n int, text string) string {
				queries = n
				return criterion.ReplaceAllLiteralString(text, c.instead)
			})
			err := w.as("admin").List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error { rows++; return nil })
			if !errors.Is(err, oci.ErrIncomplete) || !strings.Contains(err.Error(), "does not match patterns as it should") {
				t.Errorf("List = %v, want ErrIncomplete, and why", err)
			}
			if queries > 100 || rows > 1000 {
				t.Errorf("%d queries and %d rows until that was found out", queries, rows)
			}
		})
	}
}

// A query that took the server too long is not asked again as it is.
func TestListDoesNotRepeatWhatTookTooLong(t *testing.T) {
	var files []string
	for i := range 1500 {
		files = append(files, fmt.Sprintf("dev:app%d/1/manifest.json", i))
	}
	w := start(t, func(o *emulator.Options) { o.AQL.TimeoutRows = 1000 }, files...)
	var texts []string
	w.onQuery(func(_ int, text string) string { texts = append(texts, text); return text })
	c := client(t, artifactory.Options{
		URL: w.url, Authorize: outbound.Basic("admin", outbound.Literal("admin")),
		Retry: outbound.Retry{Attempts: 5, Sleep: func(context.Context, time.Duration) error { return nil }},
	})
	got, err := list(t.Context(), c, scan.Query{Repository: "dev"})
	if err != nil || len(slices.Compact(got)) != len(files) {
		t.Errorf("List = %d files, %v, want %d", len(slices.Compact(got)), err, len(files))
	}
	slices.Sort(texts)
	if n := len(texts) - len(slices.Compact(slices.Clone(texts))); n > 0 {
		t.Errorf("%d of %d queries were asked again", n, len(texts))
	}
}

// One part that fails is a listing that failed.
func TestAPartThatFails(t *testing.T) {
	var files []string
	for i := range 100 {
		files = append(files, fmt.Sprintf("dev:app%d/1/manifest.json", i))
	}
	for _, failing := range []int{1, 2, 3, 7} {
		w := start(t, func(o *emulator.Options) { o.AQL.HardCap = 30 }, files...)
		n := 0
		w.SetIntercept(func(_ *http.Request, asked string) http.Handler {
			if n++; asked == "aql" && n == failing {
				return answer(http.StatusInternalServerError, "application/json", `{}`)
			}
			return nil
		})
		if _, err := list(t.Context(), w.as("admin"), scan.Query{Repository: "dev"}); err == nil || n != failing {
			t.Errorf("List = %v after %d queries, want an error of query %d", err, n, failing)
		}
	}
}

// How many queries a division takes is bounded by what there is to divide.
func TestPartsTakeFewQueries(t *testing.T) {
	var flat, deep, signed []string
	for i := range 1000 {
		flat = append(flat, fmt.Sprintf("dev:app%03d/1/manifest.json", i))
		deep = append(deep, fmt.Sprintf("dev:a/long/path/that/all/have/in/common/%03d/1/manifest.json", i))
	}
	for i := range 300 {
		signed = append(signed, fmt.Sprintf("dev:app/sha256-%s.sig/manifest.json", digest(fmt.Sprint(i)).Hex()), fmt.Sprintf("dev:app/%d/manifest.json", i))
	}
	for _, c := range []struct {
		name    string
		files   []string
		hardCap int
		most    int
	}{
		{"flat", flat, 1000, 1},
		{"flat", flat, 100, 14},
		{"flat", flat, 10, 136},
		{"deep", deep, 100, 14},
		{"signed", signed, 100, 55},
		{"signed", signed, 10, 482},
	} {
		w := start(t, func(o *emulator.Options) { o.AQL.HardCap = c.hardCap }, c.files...)
		queries, rows := 0, 0
		w.onQuery(func(n int, text string) string { queries = n; return text })
		err := w.as("admin").List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error { rows++; return nil })
		if err != nil || queries > c.most {
			t.Errorf("%s, cap %d: %d queries, %d rows for %d, %v, want at most %d queries", c.name, c.hardCap, queries, rows, len(c.files), err, c.most)
		}
		t.Logf("%s, cap %d: %d queries, %d rows for %d", c.name, c.hardCap, queries, rows, len(c.files))
	}
}
