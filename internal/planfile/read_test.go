package planfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/planfile"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample has one item of every kind.
func sample() *planfile.File {
	hostile := func(r *plan.Relation) { r.Image, r.Tags = "z/\u202eevil\x7f", nil }
	return file(
		planfile.ItemOf(relation(), planfile.ByCopy),
		planfile.ItemOf(relation(bundle), planfile.ByRegistry),
		planfile.ItemOf(relation(func(r *plan.Relation) { r.Image = "repaired" }, moved("repaired"), lacks("l")), planfile.ByPromote),
		planfile.ItemOf(relation(moved("updated"), replaces("R")), planfile.ByRegistry),
		planfile.ItemOf(relation(hostile, moved("z/\u202eevil\x7f")), planfile.ByCopy),
	)
}

func moved(image string) func(*plan.Relation) {
	return func(r *plan.Relation) { r.Image, r.Action.TargetImage, r.Action.SourceImage = image, image, image }
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestForms(t *testing.T) {
	golden(t, "plan.json", []byte(encoded(t, sample())))
	var b bytes.Buffer
	if err := planfile.Text(&b, sample(), 4); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.txt", b.Bytes())
}

func TestItemsSayWhatIsAtTheTarget(t *testing.T) {
	for name, c := range map[string]struct {
		relation *plan.Relation
		want     string
	}{
		"a copy":                      {relation(), ""},
		"blobs without a manifest":    {relation(lacks("l", "S")), ""},
		"a manifest without a blob":   {relation(lacks("l")), "S"},
		"a bundle that is not listed": {relation(bundle, lacks("l", "S")), "S"},
		"an update":                   {relation(replaces("R")), "R"},
	} {
		want := oci.Digest{}
		if c.want != "" {
			want = digest(c.want)
		}
		if got := planfile.ItemOf(c.relation, planfile.ByCopy).Target.Digest; got != want {
			t.Errorf("ItemOf(%s) has %s at the target, want %s", name, got, want)
		}
	}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	text := encoded(t, sample())
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("Encode = %q, want printable characters", text)
	}
	f, err := planfile.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, encoded(t, f)); diff != "" {
		t.Errorf("Read, encoded again (-before +after):\n%s", diff)
	}
	if f.Items() != 5 || f.Pair("typo") == nil || f.Pair("nobody") != nil || len(f.Pair("dev-to-prod").Images()) != 4 {
		t.Errorf("Read = %d items, want 5 in two pairs, of four images", f.Items())
	}
}

func TestReadRefuses(t *testing.T) {
	text := encoded(t, sample())
	some := digest("A").String()
	for _, c := range []struct{ name, old, new, says string }{
		{"nothing", text, "", "read plan: line 1, /: "},
		{"something else", text, "[]", "read plan: line 1, /: expected another kind of value"},
		{"another schema", planfile.Schema, "sigsync.plan/v2", `read plan: /schema: expected sigsync.plan/v1, the only one this program reads, got "sigsync.plan/v2"`},
		{"no schema", `"schema": "sigsync.plan/v1",`, "", "read plan: /schema: expected"},
		{"an unknown field", `"items": [`, `"force": true, "items": [`, "/pairs/0/force: unknown object member name"},
		{"other letters", `"family"`, `"Family"`, "/pairs/0/items/0/Family: unknown object member name"},
		{"a field twice", `"family": "signature",`, `"family": "signature", "family": "signature",`, "/pairs/0/items/0/family: duplicate object member name"},
		{"half of it", text[len(text)/2:], "", "unexpected EOF"},
		{"more than it", text, text + "{}", "after top-level value"},
		{"a pair renamed", `"typo"`, `"other"`, "/configuration: expected sha256:"},
		{"no image", `"image": "app",`, `"image": "",`, "/pairs/0/items/0/image: expected an image path"},
		{"no subject", some, "", "/pairs/0/items/0/subject: expected a digest"},
		{"no digest", some, "sha256:12", `/pairs/0/items/0/subject: parse digest "12": not a sha256 digest`},
		{"another tag", `.sig"`, `.att"`, "/pairs/0/items/0/attachment/tag: expected the tag of the subject and the family"},
		{"another family", `"signature"`, `"picture"`, `/pairs/0/items/0/family: parse family "picture"`},
		{"another state", `"missing"`, `"orphan"`, "/pairs/0/items/0/state: expected one of [missing partial stale diverged], got orphan"},
		{"another action", `"copy"`, `"delete"`, `/pairs/0/items/0/action: expected one of [copy repair update merge], got "delete"`},
		{"another transport", `"transport": "copy"`, `"transport": "post"`, `/pairs/0/items/0/transport: expected one of [copy promote registry], got "post"`},
		{"no source", digest("S").String(), "", "/pairs/0/items/0/source/digest: expected a digest"},
		{"another target", "\"target\": {\n            \"image\": \"app\"", "\"target\": {\n            \"image\": \"lib\"", "/pairs/0/items/0/target/image: expected the item's image"},
		{"no result", `"result": "` + digest("S").String(), `"result": "`, "/pairs/0/items/0/result: expected a digest"},
		{"a file twice", digest("l").String(), digest("c").String(), "/pairs/0/items/0/files/1: expected the digest of another file"},
		{"the manifest first", `"` + digest("c").String() + `"`, `"` + digest("S").String() + `"`, "/pairs/0/items/0/files/0: the manifest comes last"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := planfile.Read(strings.NewReader(strings.Replace(text, c.old, c.new, 1)))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Read = %v, want %q", err, c.says)
			}
		})
	}
}

func TestReadTakesInNoMoreThanItMay(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a quarter of a gigabyte")
	}
	padding := &io.LimitedReader{R: spaces{bytes.Repeat([]byte(" "), 1<<20)}, N: intake.PlanBytes + 1<<26}
	_, err := planfile.Read(io.MultiReader(strings.NewReader(encoded(t, sample())), padding))
	if _, ok := errors.AsType[intake.TooMuchError](err); !ok {
		t.Errorf("Read of too much = %v, want a TooMuchError", err)
	}
	if padding.N == 0 {
		t.Error("Read read on when it had too much")
	}
}

// spaces are read without end.
type spaces struct{ block []byte }

func (s spaces) Read(p []byte) (int, error) { return copy(p, s.block), nil }

func TestReadRefusesWhatIsThereTwice(t *testing.T) {
	item := planfile.ItemOf(relation(), planfile.ByCopy)
	twice := file(item, item)
	if _, err := planfile.Read(strings.NewReader(encoded(t, twice))); err == nil || !strings.Contains(err.Error(), "/pairs/0/items/1: is about the same attachment as item 0") {
		t.Errorf("Read of an item twice = %v", err)
	}
	pairs := file(item)
	pairs.Pairs[1].Name = pairs.Pairs[0].Name
	pairs.Configuration = planfile.Identity(pairs.Pairs)
	if _, err := planfile.Read(strings.NewReader(encoded(t, pairs))); err == nil || !strings.Contains(err.Error(), "/pairs/1/name: expected the name of another pair") {
		t.Errorf("Read of a pair twice = %v", err)
	}
	none := file(item)
	none.Pairs[0].Items[0].Files = nil
	if _, err := planfile.Read(strings.NewReader(encoded(t, none))); err == nil || !strings.Contains(err.Error(), "/pairs/0/items/0/files: expected the digests of files") {
		t.Errorf("Read of an item without files = %v", err)
	}
}

// What a file says that is long does not make its error long.
func TestErrorsAreShort(t *testing.T) {
	text := strings.Replace(encoded(t, sample()), `"copy"`, `"`+strings.Repeat("x", 100_000)+`"`, 1)
	if _, err := planfile.Read(strings.NewReader(text)); err == nil || len(err.Error()) > 2000 {
		t.Errorf("Read = %.100v, want a short error", err)
	}
	other := file()
	other.Pairs[0].Name = strings.Repeat("x", 100_000)
	if err := other.Same(nil); err == nil || len(err.Error()) > 2000 {
		t.Errorf("Same = %.100v, want a short error", err)
	}
}

func TestSame(t *testing.T) {
	f := sample()
	for _, c := range []struct {
		name   string
		change func(pairs []planfile.Pair) []planfile.Pair
		says   string
	}{
		{"the same", func(p []planfile.Pair) []planfile.Pair { return p }, ""},
		{"another pair beside them", func(p []planfile.Pair) []planfile.Pair { return append(p, planfile.Pair{Name: "more"}) }, ""},
		{"another order", func(p []planfile.Pair) []planfile.Pair { return []planfile.Pair{p[1], p[0]} }, ""},
		{"a pair renamed", func(p []planfile.Pair) []planfile.Pair { p[0].Name = "x"; return p }, `this one has no pair "dev-to-prod", but x, typo`},
		{
			"another URL", func(p []planfile.Pair) []planfile.Pair { p[0].Source.URL = "https://x"; return p },
			`the source of pair "dev-to-prod" is dev on main (https://x) now, and the plan has dev on main (https://acme.jfrog.io/artifactory)`,
		},
		{"another repository", func(p []planfile.Pair) []planfile.Pair { p[1].Target.Repository = "x"; return p }, `the target of pair "typo" is x on main`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := f.Same(c.change(sample().Pairs))
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("Same = %v, want %q", err, c.says)
			}
		})
	}
	f.Configuration = digest("other")
	if err := f.Same(sample().Pairs); err == nil {
		t.Error("Same with another hash = nil")
	}
}

func TestPlaceHasNoCredentials(t *testing.T) {
	if got := planfile.Place("https://user:secret@acme.jfrog.io/artifactory"); got != "https://acme.jfrog.io/artifactory" {
		t.Errorf("Place = %q", got)
	}
}

// Whatever is read is sound, and reads the same once it is written.
func FuzzRead(f *testing.F) {
	small := file(planfile.ItemOf(relation(), planfile.ByCopy))
	small.Pairs = small.Pairs[:1]
	small.Configuration = planfile.Identity(small.Pairs)
	for _, seed := range []*planfile.File{small, file()} {
		var b bytes.Buffer
		if err := json.Compact(&b, []byte(encoded(f, seed))); err != nil { // less to mutate
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"schema": "sigsync.plan/v1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := planfile.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := planfile.Read(strings.NewReader(encoded(t, read)))
		if err != nil {
			t.Fatalf("Read of what was read and written = %v", err)
		}
		if diff := cmp.Diff(read, again); diff != "" {
			t.Errorf("read, written and read (-before +after):\n%s", diff)
		}
		if err := planfile.Text(&bytes.Buffer{}, read, 10); err != nil {
			t.Error(err)
		}
		for i := range read.Pairs {
			read.Pairs[i].Settle(planfile.Now{
				Plan: &plan.Plan{}, Target: plan.NewBuilder("prod").Build(), Selected: func(string) bool { return true },
			})
		}
	})
}
