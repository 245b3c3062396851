package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sigsync.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLoadReadsTheFile(t *testing.T) {
	got, err := config.Load(write(t, good), variables)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parse(t, good), got); diff != "" {
		t.Errorf("Load (-Parse +Load):\n%s", diff)
	}
}

func TestLoadNamesTheFileInProblems(t *testing.T) {
	file := write(t, good+"log: {level: loud}\n")
	_, err := config.Load(file, variables)
	if want := file + ":4: log.level: expected one of "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Load = %v, want %s...", err, want)
	}
}

func TestLoadRefusesStandardInput(t *testing.T) {
	_, err := config.Load("-", variables)
	if want := `read configuration: standard input ("-") cannot be used, name a file`; err == nil || err.Error() != want {
		t.Errorf("Load(-) = %v, want %s", err, want)
	}
}

func TestLoadReportsUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	_, err := config.Load(filepath.Join(dir, "none.yaml"), variables)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "read configuration: ") {
		t.Errorf("Load of no file = %v, want read configuration: ... not exist", err)
	}
	if _, err := config.Load(dir, variables); err == nil || !strings.HasPrefix(err.Error(), "read configuration: ") {
		t.Errorf("Load of a directory = %v, want read configuration: ...", err)
	}
}

func TestLoadStopsAtTheLimit(t *testing.T) {
	_, err := config.Load(write(t, strings.Repeat("#", 2<<20)), variables)
	if want := "expected a file of at most 1048576 bytes"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("Load of 2 MiB = %v, want ...%s", err, want)
	}
}
