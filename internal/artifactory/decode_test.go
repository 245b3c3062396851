package artifactory_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/artifactory"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/scan"
)

// result is an answer with those rows, and a range that goes with them.
func result(rows ...string) string {
	return fmt.Sprintf("\n{\n\"results\" : [ %s ],\n\"range\" : {\n  \"start_pos\" : 0,\n  \"end_pos\" : %d,\n  \"total\" : %[2]d\n}\n}\n",
		strings.Join(rows, ","), len(rows))
}

const (
	hexDigits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	plainRow  = `{"repo":"dev","path":"app/1.0","name":"manifest.json","sha256":"` + hexDigits + `","size":3}`
)

// listAnswer lists dev on a server that answers every query with that body.
func listAnswer(t *testing.T, body string) ([]scan.File, error) {
	t.Helper()
	c := answering(t, answer(http.StatusOK, "application/json", body))
	var files []scan.File
	err := c.List(t.Context(), scan.Query{Repository: "dev"}, func(f scan.File) error {
		files = append(files, f)
		return nil
	})
	return files, err
}

func TestListReadsRows(t *testing.T) {
	abc := digest("abc")
	manifest := scan.File{Path: "app/1.0", Name: "manifest.json", Digest: abc, Size: 3}
	for _, c := range []struct {
		name, body string
		want       []scan.File
	}{
		{"no rows", result(), nil},
		{"a row", result(plainRow), []scan.File{manifest}},
		{"the range first", `{"range":{"total":1},"results":[` + plainRow + `]}`, []scan.File{manifest}},
		{"no space", `{"results":[` + plainRow + `],"range":{"total":1}}`, []scan.File{manifest}},
		{"a size in quotes", result(strings.Replace(plainRow, `"size":3`, `"size":"3"`, 1)), []scan.File{manifest}},
		{"no size", result(strings.Replace(plainRow, `,"size":3`, ``, 1)), []scan.File{{Path: "app/1.0", Name: "manifest.json", Digest: abc}}},
		{"a null size", result(strings.Replace(plainRow, `"size":3`, `"size":null`, 1)), []scan.File{{Path: "app/1.0", Name: "manifest.json", Digest: abc}}},
		{"no sha256", result(strings.Replace(plainRow, `"sha256":"`+hexDigits+`",`, ``, 1)), []scan.File{{Path: "app/1.0", Name: "manifest.json", Size: 3}}},
		{"an empty sha256", result(strings.Replace(plainRow, hexDigits, ``, 1)), []scan.File{{Path: "app/1.0", Name: "manifest.json", Size: 3}}},
		{"a null sha256", result(strings.Replace(plainRow, `"`+hexDigits+`"`, `null`, 1)), []scan.File{{Path: "app/1.0", Name: "manifest.json", Size: 3}}},
		{"members nobody asked for", `{"a":[{"b":"]}\""}],` + result(strings.Replace(plainRow, `{`, `{"properties":[{"key":"a","value":"}"}],"depth":4,"x":null,"y":true,`, 1))[2:], []scan.File{manifest}},
		{"escapes", result(`{"repo":"d\u0065v","path":"a\/\"\\\u00e9\ud83d\ude00","name":"ü\n"}`), []scan.File{{Path: `a/"\é😀`, Name: "ü\n"}}},
		{"keys with escapes", `{"r\u0065sults":[{"r\u0065po":"dev","\u0070ath":"app/1.0","n\u0061me":"manifest.json","sh\u0061256":"` + hexDigits +
			`","siz\u0065":3}],"r\u0061nge":{"tot\u0061l":1}}`, []scan.File{manifest}},
		{"a backslash at the end", result(`{"repo":"dev","path":"a\\","name":"\\\""}`), []scan.File{{Path: `a\`, Name: `\"`}}},
		{"several folders", result(
			`{"repo":"dev","path":"a/1","name":"list.manifest.json"}`, `{"repo":"dev","path":"a/1","name":"sha256__x"}`,
			`{"path":"b/1","name":"manifest.json","repo":"dev"}`, `{"repo":"dev","path":"a/1","name":"y"}`,
		), []scan.File{{Path: "a/1", Name: "list.manifest.json"}, {Path: "a/1", Name: "sha256__x"}, {Path: "b/1", Name: "manifest.json"}, {Path: "a/1", Name: "y"}}},
		{"a hard cap that is not reached", `{"results":[` + plainRow + `],"range":{"total":1,"limit":500000}}`, []scan.File{manifest}},
		{"a value longer than the reader's buffer", result(`{"repo":"dev","path":"p","name":"n","x":"` + strings.Repeat("x", 40_000) + `"}`),
			[]scan.File{{Path: "p", Name: "n"}}},
		{"the longest path", result(`{"repo":"dev","path":"` + strings.Repeat("p", 4096) + `","name":"` + strings.Repeat("n", 4096) + `"}`),
			[]scan.File{{Path: strings.Repeat("p", 4096), Name: strings.Repeat("n", 4096)}}},
		{"the root, and names with dots", result(row(".", "..."), row("..a/b..", ".name")),
			[]scan.File{{Path: ".", Name: "..."}, {Path: "..a/b..", Name: ".name"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := listAnswer(t, c.body)
			if err != nil {
				t.Fatalf("List = %v", err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("List (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListRefusesWhatIsNotWhole(t *testing.T) {
	with := func(old, replacement string) string { return result(strings.Replace(plainRow, old, replacement, 1)) }
	for _, c := range []struct{ name, body, want string }{
		{"nothing", "", "broke off"},
		{"no results", `{"range":{"total":0}}`, "no results"},
		{"an error", `{"errors":[{"status":500,"message":"x"}]}`, "no results"},
		{"no range", `{"results":[` + plainRow + `]}`, "no range"},
		{"a null range", `{"results":[],"range":null}`, "no range"},
		{"a range without a total", `{"results":[],"range":{"start_pos":0}}`, "no range"},
		{"fewer rows than the range says", `{"results":[` + plainRow + `],"range":{"total":2}}`, "speaks of 2 rows and sent 1"},
		{"more rows than the range says", `{"results":[` + plainRow + `],"range":{"total":0}}`, "speaks of 0 rows and sent 1"},
		{"results twice", `{"results":[` + plainRow + `],"results":[],"range":{"total":0}}`, "duplicate"},
		{"a notification", `{"results":[],"range":{"total":0},"notification":"trim\u001bmed"}`, "trimmed the result: trim med"},
		{"a notification in the range", `{"results":[],"range":{"total":0,"notification":"trimmed"}}`, "trimmed the result: trimmed"},
		{"a notification whose key has escapes", `{"results":[],"range":{"total":0},"notific\u0061tion":"trimmed"}`, "trimmed the result: trimmed"},
		{"a limit that is reached", `{"results":[` + plainRow + `],"range":{"total":1,"limit":1}}`, "limit of 1 rows"},
		{"a low limit that is not reached", `{"results":[` + plainRow + `],"range":{"total":1,"limit":1000}}`, "limit of 1000 rows"},
		{"a row of another repository", with(`"dev"`, `"dev2"`), "row 1 is of another repository than dev"},
		{"a row of no repository", with(`"repo":"dev",`, ``), "another repository"},
		{"a row without a path", with(`"path":"app/1.0",`, ``), "no path or name"},
		{"a row with a null path", with(`"app/1.0"`, `null`), "no path or name"},
		{"a row without a name", with(`"manifest.json"`, `""`), "no path or name"},
		{"a row with half a checksum", with(hexDigits, hexDigits[:32]), "not a sha256 digest"},
		{"a row with a checksum in upper case", with(hexDigits, strings.ToUpper(hexDigits)), "not a sha256 digest"},
		{"a checksum that is a number", with(`"`+hexDigits+`"`, `5`), "not a sha256 digest"},
		{"a size that is none", with(`"size":3`, `"size":"3 MB"`), "3 MB"},
		{"a size that is no JSON", with(`"size":3`, `"size":+3`), "invalid character"},
		{"a size without end", with(`"size":3`, `"size":"`+strings.Repeat("9", 50_000)+`"`), "has the size"},
		{"a size of more than 64 bits", with(`"size":3`, `"size":99999999999999999999`), "has the size"},
		{"a row that is no object", result(`"x"`), `string where { belongs`},
		{"no comma between rows", `{"results":[` + plainRow + plainRow + `],"range":{"total":2}}`, `expecting ','`},
		{"a comma too many", `{"results":[` + plainRow + `,],"range":{"total":1}}`, `invalid character ','`},
		{"a bad escape", with("app", `\x`), "invalid"},
		{"a raw control character", with("app", "a\tb"), "invalid"},
		{"a bad value", `{"a":tru,"results":[],"range":{"total":0}}`, "invalid"},
		{"more after the end", result(plainRow) + "{}", `after the end`},
		{"an array", `[]`, `[ where { belongs`},
		{"a path out of the repository", result(row("../prod/app/1.0", "manifest.json")), `row 1 is of "manifest.json" in "../prod/app/1.0"`},
		{"a path that goes back", result(row("a/../b", "n")), "no file is called"},
		{"a path that stays", result(row("a/./b", "n")), "no file is called"},
		{"a path with nothing in it", result(row("a//b", "n")), "no file is called"},
		{"a path from the top", result(row("/a", "n")), "no file is called"},
		{"a path that ends in nothing", result(row("a/", "n")), "no file is called"},
		{"a path above the repository", result(row("..", "n")), "no file is called"},
		{"a name that goes back", result(row("a", "..")), "no file is called"},
		{"a name that stays", result(row("a", ".")), "no file is called"},
		{"a name with a path", result(row("a", "b/c")), "no file is called"},
		{"a path that is too long", result(row(strings.Repeat("p", 4097), "n")), "no file is called"},
		{"a name that is too long", result(row("a", strings.Repeat("n", 4097))), "no file is called"},
		{"a negative size", with(`"size":3`, `"size":-3`), "row 1 has the size -3"},
		{"a total beyond numbers", `{"results":[],"range":{"total":1e99}}`, "cannot unmarshal"},
		{"a negative total", `{"results":[],"range":{"total":-1}}`, "speaks of -1 rows"},
		{"deep nesting", `{"x":` + strings.Repeat("[", 100_000), "depth"},
		{"an endless text", `{"results":[{"path":"` + strings.Repeat("x", 2<<20), "without a row"},
		{"an endless value", `{"a":[` + strings.Repeat(" ", 2<<20), "without a row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := listAnswer(t, c.body)
			if !errors.Is(err, oci.ErrIncomplete) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("List = %v, want incomplete and %q in it", err, c.want)
			}
			if len(err.Error()) > 2000 {
				t.Errorf("List = an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// The server streams: whatever stands at the end of a text that stops, it is
// not the whole.
func TestListRefusesEveryPrefix(t *testing.T) {
	body := strings.TrimSpace(result(plainRow, strings.Replace(plainRow, "1.0", `2\"0`, 1)))
	for n := range len(body) {
		if _, err := listAnswer(t, body[:n]); !errors.Is(err, oci.ErrIncomplete) {
			t.Errorf("List of %q = %v, want incomplete", body[:n], err)
		}
	}
	if _, err := listAnswer(t, body); err != nil {
		t.Errorf("List of the whole = %v", err)
	}
}

// An answer may be cut off by the connection after its last character.
func TestListRefusesABrokenConnectionAtTheEnd(t *testing.T) {
	c := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		_, _ = w.Write([]byte(result(plainRow)))
	})
	if _, err := list(t.Context(), c, scan.Query{Repository: "dev"}); !errors.Is(err, oci.ErrIncomplete) {
		t.Errorf("List = %v, want incomplete", err)
	}
}

func TestListTellsAPage(t *testing.T) {
	_, err := listAnswer(t, "\n<!doctype html>")
	if err == nil || !strings.Contains(err.Error(), "this is not an Artifactory REST base URL") {
		t.Errorf("List = %v, want that this is no base URL", err)
	}
}

func TestListEndsWithTheVisitorsError(t *testing.T) {
	c := answering(t, answer(http.StatusOK, "application/json", result(plainRow, plainRow)))
	enough, visits := errors.New("enough"), 0
	err := c.List(t.Context(), scan.Query{Repository: "dev"}, func(scan.File) error {
		visits++
		return enough
	})
	if err != enough || visits != 1 { //nolint:errorlint // the very same error
		t.Errorf("List = %v after %d visits, want the visitor's error after one", err, visits)
	}
}

func TestListRefusesKeysThatNeedEscapes(t *testing.T) {
	c := answering(t, func(http.ResponseWriter, *http.Request) { t.Error("a query was sent") })
	for _, key := range []string{"", `a"b`, `a\b`, "a\nb", "a\x00b"} {
		if _, err := list(t.Context(), c, scan.Query{Repository: key}); err == nil {
			t.Errorf("List(%q) = nil, want an error", key)
		}
	}
}

var _ scan.Lister = (*artifactory.Client)(nil)

// A listing may be far longer than what may come without the end of a row.
func TestListReadsLongListings(t *testing.T) {
	rows := make([]string, 20_000)
	for i := range rows {
		rows[i] = plainRow
	}
	files, err := listAnswer(t, result(rows...))
	if err != nil || len(files) != len(rows) {
		t.Errorf("List = %d rows, %v, want %d", len(files), err, len(rows))
	}
}

// row is an item of the repository dev.
func row(path, name string) string {
	return `{"repo":"dev","path":"` + path + `","name":"` + name + `"}`
}

// jsontext reads the first row, and the others are read where they lie.
func TestAChecksumThatIsNoneIsRefusedInEveryRow(t *testing.T) {
	behind := func(sum string) string { return result(plainRow, strings.Replace(plainRow, hexDigits, sum, 1)) }
	for _, sum := range []string{
		strings.ToUpper(hexDigits), hexDigits[:63] + "\x01", hexDigits[:63] + "\x80", hexDigits[:62] + "é",
		hexDigits[:63] + `\`, hexDigits[:63] + `\"`, hexDigits[:58] + `\u0064`,
	} {
		if files, err := listAnswer(t, behind(sum)); !errors.Is(err, oci.ErrIncomplete) || len(files) != 1 {
			t.Errorf("List of the checksum %q = %d rows, %v, want one and incomplete", sum, len(files), err)
		}
	}
	files, err := listAnswer(t, behind(`\u0062`+hexDigits[1:]))
	if err != nil || len(files) != 2 || files[1].Digest != digest("abc") {
		t.Errorf("List of a checksum with an escape = %v, %v", files, err)
	}
}
