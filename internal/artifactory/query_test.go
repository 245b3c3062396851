package artifactory_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/scan"
)

func TestListAsksForManifestsAndAttachments(t *testing.T) {
	files := []string{
		"app/1.0/list.manifest.json", "app/1.0/manifest.json", "app/1.0/sha256__" + hexDigits,
		"app/sha256-" + hexDigits + ".att/sha256__" + hexDigits, "app/sha256-" + hexDigits + ".sbom/manifest.json",
		"app/sha256-" + hexDigits + ".sig/manifest.json", "app/sha256-" + hexDigits + ".sig/sha256__" + hexDigits,
	}
	w := start(t, nil)
	for _, path := range files {
		w.Tree().Put("dev", path, []byte(path), "ci", nil)
		w.Tree().Put("prod", path, []byte(path), "ci", nil)
	}
	for _, c := range []struct {
		name string
		q    scan.Query
		want []string
	}{
		{"all", scan.Query{Repository: "dev"}, slices.Delete(slices.Clone(files), 2, 3)},
		{"attachments only", scan.Query{Repository: "dev", AttachmentsOnly: true}, files[3:]},
		{"of an image", scan.Query{Repository: "dev", Images: []string{"app"}}, slices.Delete(slices.Clone(files), 2, 3)},
		{"of another image", scan.Query{Repository: "dev", Images: []string{"other", "app/sub"}}, []string{}},
		{"attachments of an image", scan.Query{Repository: "dev", Images: []string{"other", "a*"}, AttachmentsOnly: true}, files[3:]},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := list(t.Context(), w.as("syncer"), c.q)
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("List = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// The query may find more than the globs, but never less: the listing is
// narrowed again by the one who asked.
func TestListNarrowsToNoLessThanTheGlobs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(words []string, most int) string {
		var s strings.Builder
		for range 1 + random.IntN(most) {
			s.WriteString(words[random.IntN(len(words))])
		}
		return s.String()
	}
	w := start(t, nil)
	images := map[string]bool{"a": true, "a/b": true, "b/a/a": true}
	for range 60 {
		images[strings.Join(strings.FieldsFunc(pick([]string{"a", "b", "é", "-", "*", "]", "}", `"`, `\`, "\x01", "/"}, 6), func(r rune) bool { return r == '/' }), "/")] = true
	}
	delete(images, "")
	for image := range images {
		w.Tree().Put("dev", image+"/1.0/manifest.json", nil, "ci", nil)
	}
	client, matches := w.as("admin"), 0
	for range 600 {
		glob := pick([]string{"a", "b", "é", "-", "*", "**", "/**/", "**/", "?", "/", "[ab]", "[^a]", "{a,b}", "{a/**,é}", "{**}", `\a`, `\é`, `\*`, `\\`, `"`, "]", "}", "\x01"}, 5)
		if !doublestar.ValidatePattern(glob) {
			continue
		}
		found, err := list(t.Context(), client, scan.Query{Repository: "dev", Images: []string{glob}})
		if err != nil {
			t.Fatalf("List(%q) = %v", glob, err)
		}
		for image := range images {
			if !doublestar.MatchUnvalidated(glob, image) {
				continue
			}
			matches++
			if _, ok := slices.BinarySearch(found, image+"/1.0/manifest.json"); !ok {
				t.Errorf("List(%q) lacks %q", glob, image)
			}
		}
	}
	if matches < 500 {
		t.Errorf("the globs match %d times: too few to show anything", matches)
	}
}

func TestListNarrows(t *testing.T) {
	w := start(t, nil, "dev:team/app/1.0/manifest.json", "dev:other/app/1.0/manifest.json", "dev:team/sub/app/2/manifest.json")
	for glob, want := range map[string][]string{
		"team/app":   {"team/app/1.0/manifest.json"},
		"team/**":    {"team/app/1.0/manifest.json", "team/sub/app/2/manifest.json"},
		"*/app":      {"other/app/1.0/manifest.json", "team/app/1.0/manifest.json", "team/sub/app/2/manifest.json"},
		`o\ther/app`: {"other/app/1.0/manifest.json"},
		"o{a,b}":     {"other/app/1.0/manifest.json"},
		"nothing":    {},
	} {
		got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: []string{glob}})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("List(%q) = %v (-want +got):\n%s", glob, err, diff)
		}
	}
}

func TestListAsksForAllRatherThanTooMuch(t *testing.T) {
	w := start(t, nil, "dev:app/1.0/manifest.json", "dev:other/1.0/manifest.json")
	var asked []int
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		asked = append(asked, len(read(r)))
		return nil
	})
	var globs []string
	for n := range 300 {
		globs = append(globs, fmt.Sprintf("team-%03d/app-%03d", n, n))
	}
	for n, want := range map[int][]string{
		1:   {},
		100: {},
		300: {"app/1.0/manifest.json", "other/1.0/manifest.json"},
	} {
		got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: globs[:n]})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("List of %d globs = %v (-want +got):\n%s", n, err, diff)
		}
	}
	if slices.Max(asked) > 6000 {
		t.Errorf("queries of %d characters, want at most 6000", asked)
	}
	asked = nil
	if got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: []string{"app", "**"}}); len(got) != 2 || err != nil || asked[0] > 400 {
		t.Errorf("List(app, **) = %v, %v with %d characters, want all with a short query", got, err, asked)
	}
}

// Images that do not fit into one query are asked for in several, if that takes
// less than to list what lies beside them.
func TestListAsksForSomeImagesAtATime(t *testing.T) {
	var globs, files, mine []string
	for n := range 300 {
		image := fmt.Sprintf("team-%03d/app-%03d", n, n)
		globs, mine = append(globs, image), append(mine, image+"/1.0/manifest.json")
		files = append(files, "dev:"+image+"/1.0/manifest.json", "dev:"+image+"x/1.0/manifest.json")
	}
	w := start(t, nil, append(files, "dev:other/1.0/manifest.json")...)
	var asked []int
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		asked = append(asked, len(read(r)))
		return nil
	})
	for _, c := range []struct{ images, beside, queries, rows int }{
		{300, 0, 1, 601},
		{300, 4999, 1, 601},
		{300, 5000, 3, 300},
		{300, 1_000_000, 3, 300},
		{120, 1_000_000, 1, 120},
	} {
		asked = nil
		got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: globs[:c.images], Beside: c.beside})
		if err != nil || len(got) != c.rows || len(asked) != c.queries || slices.Max(asked) > 6000 {
			t.Errorf("List(%d images, %d beside) = %d rows, %v by queries of %d characters, want %d rows by %d queries",
				c.images, c.beside, len(got), err, asked, c.rows, c.queries)
		}
		if diff := cmp.Diff(mine[:c.images], got); c.rows == c.images && diff != "" {
			t.Errorf("List(%d images, %d beside) (-want +got):\n%s", c.images, c.beside, diff)
		}
	}
	asked = nil
	odd := []string{strings.Repeat("a", 7000), "team-001/app-001"}
	if got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: odd, Beside: 1_000_000}); len(got) != 601 || err != nil || len(asked) != 1 {
		t.Errorf("List of an image with a very long path = %d rows, %v by queries of %d characters, want all by one", len(got), err, asked)
	}
}

// Each of several queries has room for what narrows it to a part.
func TestSomeImagesAtATimeAreDividedAsSuch(t *testing.T) {
	var globs, files []string
	for n := range 300 {
		image := fmt.Sprintf("team-%03d/app-%03d", n, n)
		globs = append(globs, image)
		files = append(files, "dev:"+image+"/1.0/manifest.json", "dev:other/"+image+"/1.0/manifest.json")
	}
	w := start(t, func(o *emulator.Options) { o.AQL.HardCap = 40 }, files...)
	queries := 0
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		queries++
		if text := read(r); !strings.Contains(text, "/app-") || len(text) > 6000 {
			t.Errorf("a query of %d characters is narrowed to no image: %.300s", len(text), text)
		}
		return nil
	})
	got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: globs, Beside: 1_000_000})
	if want := 300; len(slices.Compact(got)) != want || err != nil || queries < 6 {
		t.Errorf("List = %d files, %v by %d queries, want %d by some for each part", len(got), err, queries, want)
	}
}

// A query has room for the limit of a sample, which is asked for where the server
// has no time for all.
func TestAQueryHasRoomForALimit(t *testing.T) {
	files := make([]string, 0, 1100)
	for n := range cap(files) {
		files = append(files, fmt.Sprintf("dev:app/%d/manifest.json", n))
	}
	w := start(t, func(o *emulator.Options) { o.AQL.TimeoutRows = 1000 }, files...)
	longest := 0
	w.SetIntercept(func(r *http.Request, _ string) http.Handler {
		longest = max(longest, len(read(r)))
		return nil
	})
	globs := []string{"app"}
	for n := range 133 {
		globs = append(globs, fmt.Sprintf("team-%03d/app-%03d", n, n))
	}
	for pad := 1; pad < 200; pad += 9 { // one of them nearly fills the text
		images := append(slices.Clone(globs), strings.Repeat("a", pad))
		if got, err := list(t.Context(), w.as("syncer"), scan.Query{Repository: "dev", Images: images}); err != nil || len(got) < len(files) {
			t.Errorf("List with a query of up to %d characters = %d files, %v, want all", longest, len(got), err)
		}
	}
	if longest <= 5988 || longest > 6000 {
		t.Errorf("the longest query had %d characters, want nearly 6000", longest)
	}
}
