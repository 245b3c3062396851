package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// halves are the reports of two shards, of which the first has all of the sample's
// findings and the second one image of its own.
func halves() []report.Saved {
	var saved []report.Saved
	for i, name := range []string{"a.json", "b.json"} {
		r := sample()
		r.Run.ID = name
		r.Run.Shard = &report.Shard{Index: i, Count: 2}
		saved = append(saved, report.Saved{Name: name, Report: r})
	}
	second := &saved[1].Report.Pairs[0]
	second.Findings = second.Findings[:1]
	second.Findings[0].Image = "base"
	second.Unread = 1
	second.Totals = report.NewTotals()
	second.Totals.Subjects, second.Totals.States[plan.Missing], second.Totals.Outcomes[report.Copied] = 1, 1, 1
	second.Totals.Coverage = report.Coverage{Subjects: 1, Signed: 1}
	second.Prefixes = []report.PrefixCoverage{{Prefix: "", Coverage: report.Coverage{Subjects: 1, Signed: 1}}, {Prefix: "a", Coverage: report.Coverage{}}}
	return saved
}

func TestMergeCountsAll(t *testing.T) {
	saved := halves()
	saved[1].Run.Started = saved[1].Run.Started.Add(-time.Minute)
	saved[1].Run.Finished = saved[1].Run.Finished.Add(time.Minute)
	r, warnings, err := report.Merge([]report.Saved{saved[1], saved[0]})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("Merge = %v, %q", err, warnings)
	}
	p := r.Pairs[0]
	var images []string
	for _, f := range p.Findings {
		images = append(images, f.Image)
	}
	if got, want := strings.Join(images, " "), "base team/api team/api team/app team/new team/old team/web"; got != want {
		t.Errorf("images = %s, want %s", got, want)
	}
	want := []report.PrefixCoverage{
		{Prefix: "", Coverage: report.Coverage{Subjects: 2, Signed: 2}},
		{Prefix: "a"},
		{Prefix: "team", Coverage: report.Coverage{Subjects: 6, Signed: 2, Stale: 1, Missing: 2, Unsigned: 1, Untagged: 1}},
	}
	if diff := cmp.Diff(want, p.Prefixes); diff != "" {
		t.Errorf("prefixes (-want +got):\n%s", diff)
	}
	if p.Unread != 4 || r.Totals.Subjects != 8 || r.Totals.States[plan.Missing] != 4 || r.Totals.Outcomes[report.Copied] != 2 ||
		r.Totals.Coverage.Signed != 4 || r.Requests.Total != 24 || r.Requests.Retries != 2 || r.Requests.ByOperation["aql"] != 6 {
		t.Errorf("unread %d, totals %+v, requests %+v", p.Unread, r.Totals, r.Requests)
	}
	if r.Pairs[1].Error != sample().Pairs[1].Error {
		t.Errorf("error = %q, want that of both once", r.Pairs[1].Error)
	}
	if !r.Run.Started.Equal(saved[1].Run.Started) || !r.Run.Finished.Equal(saved[1].Run.Finished) || r.Run.ExitCode != report.ExitFailed {
		t.Errorf("run = %+v, want it from the first to the last, and exit code 1", r.Run)
	}
	again, _, err := report.Merge(halves())
	if err != nil || again.Run.ID != r.Run.ID || !strings.HasPrefix(r.Run.ID, "merged-") {
		t.Errorf("id = %s and %s: %v, want the same in any order", r.Run.ID, again.Run.ID, err)
	}
}

func TestMergeIsStoppedByTheWorst(t *testing.T) {
	stop := func(by report.StopCause) *report.Stop { return &report.Stop{By: by, Reason: "why"} }
	for _, c := range []struct {
		first, second *report.Stop
		want          report.StopCause
		reason        string
		code          int
	}{
		{nil, nil, "", "", report.ExitOK},
		{stop(report.ByLimit), nil, report.ByLimit, "shard 0/2: why", report.ExitOK},
		{stop(report.ByLimit), stop(report.ByMaxCopies), report.ByMaxCopies, "shard 1/2: why", report.ExitLeft},
		{stop(report.ByMaxFailures), stop(report.ByRunTimeout), report.ByRunTimeout, "shard 1/2: why", report.ExitFailed},
		{stop(report.BySignal), stop(report.ByRunTimeout), report.BySignal, "shard 0/2: why", report.ExitInterrupted},
	} {
		saved := halves()
		for i, s := range []*report.Stop{c.first, c.second} {
			saved[i].Run.Stopped, saved[i].Run.FailOn = s, nil
			saved[i].Run.Interrupted = s != nil && s.By == report.BySignal
			saved[i].Report.Pairs = saved[i].Report.Pairs[:1]
		}
		r, _, err := report.Merge(saved)
		if err != nil {
			t.Fatal(err)
		}
		got := report.Stop{}
		if r.Run.Stopped != nil {
			got = *r.Run.Stopped
		}
		if got.By != c.want || got.Reason != c.reason || r.Run.ExitCode != c.code {
			t.Errorf("stopped by %+v and %+v: %+v, exit code %d; want %s, %q, %d", c.first, c.second, got, r.Run.ExitCode, c.want, c.reason, c.code)
		}
	}
}

func TestMergeOfAPairThatOneShardDoes(t *testing.T) {
	saved, one := halves(), 1
	for _, s := range saved {
		s.Report.Pairs[0].Shard = &one
	}
	saved[0].Report.Pairs[0].Error = "no server"
	r, _, err := report.Merge(saved)
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Pairs[0]; p.Shard != nil || p.Error != "" || p.Totals.Subjects != 1 || len(p.Findings) != 1 {
		t.Errorf("pair = %+v, want what shard 1 says", p)
	}
}

func TestMergeTellsWhoCouldNot(t *testing.T) {
	saved := halves()
	saved[1].Report.Pairs[0].Error = "the server was away"
	saved[1].Report.Pairs[1].Error = "another reason"
	r, _, err := report.Merge(saved)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Pairs[0].Error, "shard 1/2: the server was away"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
	if got, want := r.Pairs[1].Error, "shard 0/2: source dve: does not exist on server main\nshard 1/2: another reason"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

func TestMergeRefuses(t *testing.T) {
	below, zero, nine := -1, 0, 9
	for want, spoil := range map[string]func(saved []report.Saved) []report.Saved{
		"there is no report to merge":          func([]report.Saved) []report.Saved { return nil },
		"1 of 2 shards are missing":            func(s []report.Saved) []report.Saved { return s[:1] },
		"shard 0/2 is there twice: a.json and": func(s []report.Saved) []report.Saved { return append(s, s[0]) },
		"a.json is of 2 shards, and b.json of 3": func(s []report.Saved) []report.Saved {
			s[1].Run.Shard.Count = 3
			return s
		},
		"is the report of an apply": func(s []report.Saved) []report.Saved {
			s[0].Run.Mode, s[1].Run.Mode = report.ModeApply, report.ModeApply
			return s
		},
		`server "main" is "acme.example" in a.json and "other.example" in b.json`: func(s []report.Saved) []report.Saved {
			s[1].Addresses["main"] = "other.example"
			return s
		},
		`a.json looked at images of any path, and b.json at ["team/*"]`: func(s []report.Saved) []report.Saved {
			s[1].Run.Images = []string{"team/*"}
			return s
		},
		"different pairs": func(s []report.Saved) []report.Saved {
			s[1].Report.Pairs = s[1].Report.Pairs[:1]
			return s
		},
		"a.json and b.json have different pairs": func(s []report.Saved) []report.Saved {
			s[1].Report.Pairs[1].Name = "other"
			return s
		},
		"different repositories": func(s []report.Saved) []report.Saved {
			s[1].Report.Pairs[0].Target.Server = "other"
			return s
		},
		"do not agree whose it is": func(s []report.Saved) []report.Saved {
			s[1].Report.Pairs[0].Shard = &zero
			return s
		},
		"gives it to shard 9 of 2, which there is not": func(s []report.Saved) []report.Saved {
			s[0].Report.Pairs[0].Shard, s[1].Report.Pairs[0].Shard = &nine, &nine
			return s
		},
		"gives it to shard -1 of 2, which there is not": func(s []report.Saved) []report.Saved {
			s[0].Report.Pairs[0].Shard, s[1].Report.Pairs[0].Shard = &below, &below
			return s
		},
		`image "team/api" is in a.json and in b.json`: func(s []report.Saved) []report.Saved {
			s[1].Report.Pairs[0].Findings[0].Image = "team/api"
			return s
		},
	} {
		r, _, err := report.Merge(spoil(halves()))
		if r != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Merge = %v, want %q", err, want)
		}
	}
}

// A report that says more shards than anybody counts costs no time.
func TestMergeOfManyMissingShards(t *testing.T) {
	saved := halves()[:1]
	saved[0].Run.Shard.Count = 1 << 50
	_, _, err := report.Merge(saved)
	if err == nil || !strings.Contains(err.Error(), "shard 20/1125899906842624, ...") {
		t.Errorf("Merge = %v, want the first twenty that are missing", err)
	}
}

func TestMergeWarnsOfVersions(t *testing.T) {
	saved := halves()
	saved[1].Run.Version = "v2"
	_, warnings, err := report.Merge(saved)
	want := []string{"a.json is of version v1, and b.json of v2"}
	if diff := cmp.Diff(want, warnings); diff != "" || err != nil {
		t.Errorf("Merge: %v, warnings (-want +got):\n%s", err, diff)
	}
}

// What an earlier run left in the folder is told by the time in which nothing ran.
func TestMergeWarnsOfPauses(t *testing.T) {
	at := func(clock string) time.Time {
		parsed, err := time.Parse("2 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for _, tt := range []struct {
		name                             string
		from, until, otherFrom, otherTil string
		whole                            bool
		want                             []string
	}{
		{name: "at once", from: "1 09:00", until: "1 10:00", otherFrom: "1 09:01", otherTil: "1 09:30"},
		{name: "one after the other", from: "1 09:00", until: "1 10:00", otherFrom: "1 11:00", otherTil: "1 12:00"},
		{name: "together for days", from: "1 09:00", until: "3 10:00", otherFrom: "3 09:00", otherTil: "3 12:00"},
		{
			name: "of the morning", from: "1 09:00", until: "1 10:00", otherFrom: "1 14:00", otherTil: "1 15:00",
			want: []string{"the run of a.json had ended 4h0m0s before that of b.json began: is its report of an earlier run?"},
		},
		{
			name: "the other way round", from: "1 14:00", until: "1 15:00", otherFrom: "1 09:00", otherTil: "1 10:00",
			want: []string{"the run of b.json had ended 4h0m0s before that of a.json began: is its report of an earlier run?"},
		},
		{name: "other pairs of the day", from: "1 09:00", until: "1 10:00", otherFrom: "2 09:00", otherTil: "2 10:00", whole: true},
		{
			name: "other pairs of another day", from: "1 09:00", until: "1 10:00", otherFrom: "2 11:00", otherTil: "2 12:00", whole: true,
			want: []string{"the run of a.json had ended 25h0m0s before that of b.json began: is its report of an earlier run?"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			saved := halves()
			saved[0].Run.Started, saved[0].Run.Finished = at(tt.from), at(tt.until)
			saved[1].Run.Started, saved[1].Run.Finished = at(tt.otherFrom), at(tt.otherTil)
			if tt.whole {
				saved[0].Run.Shard, saved[1].Run.Shard = nil, nil
				saved[0].Report.Pairs, saved[1].Report.Pairs = saved[0].Report.Pairs[:1], saved[1].Report.Pairs[1:]
			}
			_, warnings, err := report.Merge(saved)
			if diff := cmp.Diff(tt.want, warnings); diff != "" || err != nil {
				t.Errorf("Merge: %v, warnings (-want +got):\n%s", err, diff)
			}
		})
	}
}

// What is merged from different pairs can be merged again.
func TestMergeOfDifferentPairs(t *testing.T) {
	one, other := sample(), sample()
	one.Pairs, other.Pairs = one.Pairs[:1], other.Pairs[1:]
	r, _, err := report.Merge([]report.Saved{{Name: "a.json", Report: one}, {Name: "b.json", Report: other}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample().Pairs, r.Pairs); diff != "" || !cmp.Equal(sample().Totals, r.Totals) {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	if r.Run.Part() != "merged from 2 reports" || r.Run.Shard != nil || r.Run.ExitCode != report.ExitFailed {
		t.Errorf("run = %+v", r.Run)
	}
}
