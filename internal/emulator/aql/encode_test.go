package aql_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/emulator/aql"
	"github.com/sigsync/sigsync/internal/emulator/tree"
)

func write(t *testing.T, text string, items ...tree.Item) string {
	t.Helper()
	seq := everything(fixture())
	if items != nil {
		seq = slices.Values(items)
	}
	r, err := parse(t, text).Run(seq, admin())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := r.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo = %d, %v, want %d", n, err, b.Len())
	}
	return b.String()
}

func TestWireFraming(t *testing.T) {
	for _, c := range []struct{ file, text string }{
		{"default.golden", `items.find({"repo":"dev"},{"path":{"$ne":"app/1.0"}}).limit(1000)`},
		{"properties.golden", `items.find({"name":"manifest.json","path":"app/1.0"}).include("*","property")`},
		{"empty.golden", `items.find({"repo":"dve"}).offset(7)`},
	} {
		want, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), write(t, c.text)); diff != "" {
			t.Errorf("4.3 %s: %s (-want +got):\n%s", c.file, c.text, diff)
		}
	}
}

func TestRowWithoutFields(t *testing.T) {
	want := "\n{\n\"results\" : [ { },{ } ],\n\"range\" : {\n  \"start_pos\" : 0,\n  \"end_pos\" : 2,\n  \"total\" : 2,\n  \"limit\" : 2\n}\n}\n"
	if got := write(t, `items.find().include("id").limit(2)`); got != want {
		t.Errorf("4.3 rows of nulls = %q, want %q", got, want)
	}
}

func TestStrings(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{`quote " and backslash \`, `"quote \" and backslash \\"`},
		{"control \b\t\n\f\r\x01\x1f", `"control \b\t\n\f\r\u0001\u001F"`},
		{"no more <>&/ é \u2028 \x7f", "\"no more <>&/ é \u2028 \x7f\""},
		{"not UTF-8 \xff", "\"not UTF-8 \uFFFD\""},
	} {
		got := write(t, `items.find().include("name")`, tree.Item{Repo: "r", Path: strings.ReplaceAll(c.name, "/", "|")})
		if want := `"name" : ` + strings.ReplaceAll(c.want, "/", "|") + "\n"; !strings.Contains(got, want) {
			t.Errorf("4.3 name of %q = %s, want %s", c.name, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("4.3 name of %q makes no JSON: %s", c.name, got)
		}
	}
}

func TestInstantsAreInUTC(t *testing.T) {
	at := time.Date(2026, 8, 17, 1, 30, 0, 0, time.FixedZone("", 2*60*60))
	got := write(t, `items.find().include("created","updated")`, tree.Item{Repo: "r", Path: "x", Created: at, Updated: at.Add(time.Microsecond)})
	if want := "{\n  \"created\" : \"2026-08-16T23:30:00.000Z\",\n  \"updated\" : \"2026-08-16T23:30:00.000Z\"\n}"; !strings.Contains(got, want) {
		t.Errorf("4.3 instants = %s, want %s", got, want)
	}
}

func TestLongAnswer(t *testing.T) {
	items := make([]tree.Item, 5000)
	for i := range items {
		items[i] = tree.Item{Repo: "r", Path: strings.Repeat("x", i%100)}
	}
	var a answer
	if err := json.Unmarshal([]byte(write(t, `items.find()`, items...)), &a); err != nil || len(a.Results) != len(items) {
		t.Errorf("4.3 %d rows, %v, want %d", len(a.Results), err, len(items))
	}
}

// tight takes so many bytes and no more.
type tight int

var errFull = errors.New("full")

func (w *tight) Write(p []byte) (int, error) {
	n := min(len(p), int(*w))
	*w -= tight(n)
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestWriteToStopsAtAnError(t *testing.T) {
	items := slices.Repeat([]tree.Item{{Repo: "r", Path: "x"}}, 5000)
	r, err := parse(t, `items.find()`).Run(slices.Values(items), aql.Env{Admin: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []tight{0, 100, 100_000} {
		w := room
		if n, err := r.WriteTo(&w); n != int64(room) || !errors.Is(err, errFull) {
			t.Errorf("WriteTo(%d bytes of room) = %d, %v, want %d, %v", room, n, err, room, errFull)
		}
	}
}
