package metrics_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus/hooks/test"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/metrics"
	"github.com/sigsync/sigsync/internal/report"
)

// left writes the textfile of a process that made one run.
func left(t *testing.T, path string, r *report.Report) (text string, logged []string) {
	t.Helper()
	log, hook := test.NewNullLogger()
	m := metrics.New(metrics.Options{Log: log})
	m.WholeRun(r, nil)
	if err := m.WriteTextfile(path); err != nil {
		t.Fatalf("WriteTextfile: %v", err)
	}
	for _, e := range hook.AllEntries() {
		line, err := e.String()
		if err != nil {
			t.Fatal(err)
		}
		logged = append(logged, line)
	}
	return read(t, path), logged
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const (
	atNoon  = "sigsync_last_success_timestamp_seconds 1.78696800025e+09"
	anHour  = "sigsync_last_success_timestamp_seconds 1.78697160025e+09"
	success = "sigsync_last_success_timestamp_seconds"
)

func TestTextfileKeepsTheLastSuccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sigsync.prom")
	for _, step := range []struct {
		name string
		r    *report.Report
		want []string
	}{
		{"no success yet", ran(noon, report.ExitFailed, broken("a")), nil},
		{"a success", ran(noon, report.ExitOK, pair("a", 1)), []string{atNoon}},
		{"a failure", ran(noon.Add(time.Hour), report.ExitFailed, broken("a")), []string{atNoon}},
		{"another failure", ran(noon.Add(time.Hour), report.ExitLeft, pair("a", 1)), []string{atNoon}},
		{"another success", ran(noon.Add(time.Hour), report.ExitOK, pair("a", 1)), []string{anHour}},
	} {
		text, logged := left(t, path, step.r)
		says(t, step.name, text, []string{success}, step.want...)
		if len(logged) > 0 {
			t.Errorf("%s: the log says %q", step.name, logged)
		}
		parsed(t, text)
		if !strings.Contains(text, `sigsync_pair_error{pair="a"}`) || strings.Contains(text, "go_goroutines") {
			t.Errorf("%s: the file is\n%s", step.name, text)
		}
	}
}

// What cannot be read is said, and keeps nothing from being written.
func TestTextfileReplacesWhatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		want   []string
		says   string
	}{
		"nothing":              {"", nil, ""},
		"nothing of sigsync's": {"a_metric 1\n", nil, ""},
		"a success":            {success + " 5\n", []string{success + " 5"}, ""},
		"one with a label":     {"# TYPE " + success + " gauge\n" + success + "{a=\"b\"} 5\n", nil, ""},
		"two":                  {success + " 5\n" + success + " 6\n", []string{success + " 5"}, ""},
		"no number":            {"# TYPE " + success + " gauge\n" + success + " NaN\n", nil, ""},
		"words without end":    {success + " " + strings.Repeat("a", 5000) + "\n", nil, "expected float as value, got \\\"aaa"},
		"no time":              {"# TYPE " + success + " gauge\n" + success + " +Inf\n", nil, ""},
		"before time":          {"# TYPE " + success + " gauge\n" + success + " -1\n", nil, ""},
		"half a file":          {"# TYPE " + success + " gauge\n" + success + " 5\nsigsync_last_run", nil, "read earlier textfile: text format parsing error in line 3: "},
		"what steers":          {"\x1b[31m\n", nil, "read earlier textfile: text format parsing error in line 1: "},
		"too much":             {strings.Repeat("#\n", intake.TextfileBytes/2) + "#", nil, "the file has more than 16777216 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sigsync.prom")
			before := c.before
			if strings.HasPrefix(before, success+" 5") {
				before = "# TYPE " + success + " gauge\n" + before
			}
			if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			text, logged := left(t, path, ran(noon, report.ExitFailed))
			says(t, "after a failure", text, []string{success}, c.want...)
			if (c.says == "") != (len(logged) == 0) || c.says != "" && !strings.Contains(logged[0], c.says) || len(strings.Join(logged, "")) > 1500 {
				t.Errorf("the log says %q, want %q", logged, c.says)
			}
		})
	}
}

func TestTextfileDoesNotWaitForAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sigsync.prom")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	text, logged := left(t, path, ran(noon, report.ExitFailed))
	if len(logged) != 1 || !strings.Contains(logged[0], "it is no regular file") || !strings.Contains(text, "sigsync_last_run_exit_code 1") {
		t.Errorf("the log says %q, and the file\n%s", logged, text)
	}
}

// The node exporter may read at any time, and as another user.
func TestTextfileIsThereWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "sigsync.prom")
	left(t, path, ran(noon, report.ExitOK))
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	before := read(t, path)
	left(t, path, ran(noon, report.ExitFailed))
	text := make([]byte, len(before)+1)
	if n, _ := old.Read(text); string(text[:n]) != before {
		t.Error("the file was written over, want that it was replaced")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v, want the file alone", entries, err)
	}
	if at, err := os.Stat(path); err != nil || at.Mode() != 0o644 {
		t.Errorf("mode = %v, %v, want that all may read it", at.Mode(), err)
	}
}

// A run that was killed while it wrote leaves what the node exporter does not read.
func TestTextfileIsWrittenUnderANameThatNobodyReads(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "sigsync.prom")
	// What is in the way of the renaming is there as long as it is not empty.
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	m := metrics.New(metrics.Options{})
	m.WholeRun(ran(noon, report.ExitOK), nil)
	err := m.WriteTextfile(path)
	if err == nil || !strings.HasPrefix(err.Error(), "write textfile: rename ") || strings.Contains(err.Error(), ".prom "+path) {
		t.Errorf("WriteTextfile(a folder) = %v, want that it cannot be renamed, from a name that does not end in .prom", err)
	}
	entries, _ := os.ReadDir(folder)
	if diff := cmp.Diff(1, len(entries)); diff != "" {
		t.Errorf("the folder has %v, want nothing but what was in the way", entries)
	}
}

func TestTextfileRefusals(t *testing.T) {
	m := metrics.New(metrics.Options{})
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "sigsync.txt"):       "write textfile: its name does not end in .prom, so the node exporter would not read it",
		filepath.Join(t.TempDir(), "no", "folder.prom"): "write textfile: open ",
	} {
		if err := m.WriteTextfile(path); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("WriteTextfile(%s) = %v, want %s", path, err, want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("there is %s", path)
		}
	}
}
