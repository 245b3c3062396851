package printable_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/printable"
)

func TestLineAndLines(t *testing.T) {
	for _, c := range []struct{ text, line, lines string }{
		{"team/app: ä, 語 and 🖋", "team/app: ä, 語 and 🖋", "team/app: ä, 語 and 🖋"},
		{"\x1b[31mred\x07\x7f", "?[31mred??", "?[31mred??"},
		{"\u009b31m", "?31m", "?31m"},
		{"a\nb\r\tc", "a?b??c", "a\nb??c"},
		{"\u202eevil\u2066\u200b\ufeff", "?evil???", "?evil???"},
		{"\u2028\u2029\u0085", "???", "???"},
		{"\xff\xc2", "??", "??"},
	} {
		if got := printable.Line(c.text); got != c.line {
			t.Errorf("Line(%q) = %q, want %q", c.text, got, c.line)
		}
		if got := printable.Lines(c.text); got != c.lines {
			t.Errorf("Lines(%q) = %q, want %q", c.text, got, c.lines)
		}
	}
}

func TestJSON(t *testing.T) {
	for in, want := range map[string]string{
		"{\n\t\"a\": \"ä\\u001b\"\r\n}": "{\n\t\"a\": \"ä\\u001b\"\r\n}",
		"\"\u009b31m\x7f\u202e\"":       `"\u009b31m\u007f\u202e"`,
		"\"\U000e0001\"":                `"\udb40\udc01"`,
	} {
		if got := string(printable.JSON([]byte(in))); got != want {
			t.Errorf("JSON(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever a text says, what is shown of it has no control, and JSON says the same.
func TestIndented(t *testing.T) {
	got, err := printable.Indented(map[string]any{"a": "<&\u202e", "b": []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"a\": \"<&\\u202e\",\n  \"b\": [\n    1\n  ]\n}\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Indented (-want +got):\n%s", diff)
	}
	if got, err := printable.Indented(func() {}); err == nil {
		t.Errorf("Indented(a function) = %s, want an error", got)
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "team/app", "\x1b]0;title\x07", "\u009b31m", "a\u202eb\nc", "\xff\U000e0001\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := printable.Line(text); strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("Line(%q) = %q", text, got)
		}
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		shown := printable.JSON(encoded)
		if strings.ContainsFunc(string(shown), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("JSON(%q) = %q", encoded, shown)
		}
		want, got := decoded(t, encoded), decoded(t, shown)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("JSON(%q) says something else (-before +after):\n%s", encoded, diff)
		}
	})
}

func decoded(t *testing.T, raw []byte) (text string) {
	t.Helper()
	if err := json.Unmarshal(raw, &text); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return text
}
