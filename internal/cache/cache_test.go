package cache_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cache"
	"github.com/sigsync/sigsync/internal/oci"
)

func open(t *testing.T, dir string, log *bytes.Buffer) *cache.Dir {
	t.Helper()
	l := logrus.New()
	l.SetOutput(log)
	d, err := cache.Open(dir, l)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsKeptIsRecalledByTheNextProgram(t *testing.T) {
	dir, a, b := filepath.Join(t.TempDir(), "new"), oci.FromBytes([]byte("a")), oci.FromBytes([]byte("b"))
	var log bytes.Buffer
	first := open(t, dir, &log)
	if got := first.Recall(a); got != nil {
		t.Errorf("Recall of nothing = %q", got)
	}
	first.Keep(a, []byte("old"))
	first.Keep(a, []byte("new"))
	next := open(t, dir, &log)
	if got := next.Recall(a); string(got) != "new" {
		t.Errorf("Recall(a) = %q, want new", got)
	}
	if got := next.Recall(b); got != nil || log.Len() > 0 {
		t.Errorf("Recall(b) = %q with %q, want nothing", got, &log)
	}
	partial, err := filepath.Glob(filepath.Join(dir, "v1", "*", ".partial-*"))
	if len(partial) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", partial, err)
	}
}

func TestACacheThatCannotBeWrittenIsAWarning(t *testing.T) {
	dir, a := t.TempDir(), oci.FromBytes([]byte("a"))
	var log bytes.Buffer
	d := open(t, dir, &log)
	// A file stands where the digest's folder would be: that stops root, too.
	if err := os.WriteFile(filepath.Join(dir, "v1", a.Hex()[:2]), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.Keep(a, []byte("x"))
	if got := d.Recall(a); got != nil || !bytes.Contains(log.Bytes(), []byte("not kept")) {
		t.Errorf("Recall = %q with the log %q, want nothing and a warning", got, &log)
	}
	if _, err := cache.Open(filepath.Join(dir, "v1", a.Hex()[:2]), logrus.New()); err == nil {
		t.Error("Open of a file = nil error")
	}
}

func TestAnEntryThatIsNoneIsNotRead(t *testing.T) {
	dir, a := t.TempDir(), oci.FromBytes([]byte("a"))
	d := open(t, dir, &bytes.Buffer{})
	file := filepath.Join(dir, "v1", a.Hex()[:2], a.Hex()[2:])
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := d.Recall(a); got != nil {
		t.Errorf("Recall of a file of %d bytes, want nothing", len(got))
	}
}
