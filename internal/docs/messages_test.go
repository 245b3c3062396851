package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// message is the first cell of a table on the page of messages: one in code.
var message = regexp.MustCompile("^\\| `([^`]+)` \\|")

// TestTheMessagesAreTheProgramsOwn holds every message of the page to the
// texts of the program, and of the emulator where the words are a server's.
func TestTheMessagesAreTheProgramsOwn(t *testing.T) {
	said := texts(t)
	count := 0
	for n, line := range load(t, filepath.Join(root, "docs/troubleshooting.md")).lines {
		m := message.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		count++
		if !spoken(said, m[1]) {
			t.Errorf("docs/troubleshooting.md:%d: no text of the program is %q", n+1, m[1])
		}
	}
	if count < 30 {
		t.Errorf("the page has %d messages, want more", count)
	}
}

// spoken tells whether one of the texts has what a message has, in its order.
func spoken(said []string, shown string) bool {
	return slices.ContainsFunc(said, func(text string) bool {
		for part := range strings.SplitSeq(shown, "…") {
			_, after, found := strings.Cut(text, strings.TrimSpace(part))
			if !found {
				return false
			}
			text = after
		}
		return true
	})
}

func TestSpoken(t *testing.T) {
	said := []string{"the pair %s is lost", "it holds %s, not %s"}
	for shown, want := range map[string]bool{
		"pair … is lost": true, "is lost": true, "is lost … pair": false, "it holds …, not …": true, "the pair …, not …": false, "was lost": false,
	} {
		if got := spoken(said, shown); got != want {
			t.Errorf("spoken(%q) = %v, want %v", shown, got, want)
		}
	}
}

// texts are all constant texts of the program, pieces put together; %q is a
// pair of quotes.
func texts(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, folder := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), 0)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if text, constant := joined(e); ok && constant {
					found = append(found, strings.ReplaceAll(text, "%q", `"%s"`))
					return false
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// joined is the text of an expression, where it is one.
func joined(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := joined(e.X)
		right, also := joined(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}
