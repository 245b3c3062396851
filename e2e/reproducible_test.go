//go:build e2e

package e2e_test

import (
	"os"
	"path/filepath"
	"testing"
)

// again stands in for .ci/snapshot: it builds the same each time.
const again = "#!/bin/sh\nmkdir -p \"$3\" && echo 1a >\"$3/commit\" && printf 'aa  one\\n' >\"$3/checksums.txt\"\n"

// The comparison of two builds fails for other bytes, and where there is nothing to compare.
func TestReproducibleFails(t *testing.T) {
	script := t.TempDir()
	for name, content := range map[string]string{"snapshot": again, "reproducible": string(readFile(t, "../.ci/reproducible"))} {
		if err := os.WriteFile(filepath.Join(script, name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		before map[string]string
		fails  bool
	}{
		"the same":        {map[string]string{"commit": "1a\n", "checksums.txt": "aa  one\nbb  another platform\n"}, false},
		"other bytes":     {map[string]string{"commit": "1a\n", "checksums.txt": "ab  one\n"}, true},
		"another commit":  {map[string]string{"commit": "2b\n", "checksums.txt": "aa  one\n"}, true},
		"no checksums":    {map[string]string{"commit": "1a\n"}, true},
		"empty checksums": {map[string]string{"commit": "1a\n", "checksums.txt": ""}, true},
	} {
		d := newDesk(t)
		for file, content := range c.before {
			d.write(file, content)
		}
		out, err := output(d.command(filepath.Join(script, "reproducible"), "goreleaser", "cyclonedx", d.dir))
		if (err != nil) != c.fails {
			t.Errorf("%s: reproducible = %q, %v, want it to fail: %v", name, out, err, c.fails)
		}
	}
}
