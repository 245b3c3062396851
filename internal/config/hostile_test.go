package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/config"
)

// allocated returns how many bytes f took, whether or not they were given back.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// bomb has ten names for each name of the line before: nine lines of it stand
// for a billion values.
func bomb() string {
	var b strings.Builder
	b.WriteString("x0: &x0 [y, y, y, y, y, y, y, y, y, y]\n")
	for n := 1; n < 9; n++ {
		fmt.Fprintf(&b, "x%d: &x%d [%s]\n", n, n, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", n-1), 10), ", "))
	}
	return b.String()
}

func TestBombsAreRefusedWithoutMuchMemory(t *testing.T) {
	const room = 256 << 20 // the YAML library takes some hundred times the size of a text of brackets
	include := pair("source: {repository: a}\ntarget: {repository: b}\nimages: {include: *x8}\n")
	for _, c := range []struct{ name, text, want string }{
		{"aliases of aliases", bomb() + good, "unknown key"},
		{"aliases of aliases where a list belongs", bomb() + include, "images.include"},
		{"an alias of itself", good + "log: &l {level: *l}\n", "expected"},
		{"brackets without end", strings.Repeat("[", 1<<20), "expected YAML"},
		{"braces without end", strings.Repeat("{a: ", 1<<18), "expected YAML"},
		{"dashes without end", strings.Repeat("- ", 1<<19), "expected YAML"},
		{"keys without end", strings.Repeat("? ", 1<<19), "expected YAML"},
		{"an anchor for each alias", strings.Repeat("- &a a\n- *a\n", 80_000), "expected a mapping"},
		{"one long line", "a: " + strings.Repeat("x", 1<<20-3), "unknown key"},
		{"tags without end", strings.Repeat("!", 1<<20), "expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			if took := allocated(func() { _, err = config.Parse("f", []byte(c.text), variables) }); took > room {
				t.Errorf("Parse took %d bytes, want at most %d", took, room)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse = %.300v, want an error and %q", err, c.want)
			}
		})
	}
}

// The size is looked at before anything is read: the file is a hole.
func TestAFileThatIsTooLargeIsRefusedAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sigsync.yaml")
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 100<<20); err != nil {
		t.Fatal(err)
	}
	var err error
	took := allocated(func() { _, err = config.Load(file, variables) })
	if !errors.As(err, new(config.Errors)) || !strings.Contains(err.Error(), "at most 1048576 bytes") || took > 16<<20 {
		t.Errorf("Load of 100 MB = %v after %d bytes, want a refusal after little more than a megabyte", err, took)
	}
	large := []byte(good + strings.Repeat("# a comment that goes on\n", 4<<20))
	took = allocated(func() { _, err = config.Parse("f", large, variables) })
	if err == nil || !strings.Contains(err.Error(), "at most 1048576 bytes") || took > 1<<20 {
		t.Errorf("Parse of %d bytes = %v after %d bytes, want a refusal before anything is parsed", len(large), err, took)
	}
}
