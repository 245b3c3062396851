//go:build e2e

package e2e_test

import "testing"

// Nearly nothing of a Job can be changed: what would be has to have another name, and nothing else may, or an upgrade would
// run it again.
func TestChartJobName(t *testing.T) {
	name := func(set string) any {
		return render(t, chart, "--values", valuesFile("job"), "--set", set).at("Job.metadata.name")
	}
	plain := name("")
	if plain == nil {
		t.Fatal("Job.metadata.name = nil, want a name")
	}
	tests := []struct {
		set  string
		same bool
	}{
		{"suspend=true", true}, // which can be changed
		{"jobAnnotations.owner=other", true},
		{"annotations.team=other,commonAnnotations.team=other", true},
		{"metrics.prometheusRule.disabled={SigsyncNoRun}", true},
		{"schedule=@hourly", true},
		{"job.run=again", false},
		{"job.run=2", false}, // a number
		{"job.shards=2", false},
		{"config.concurrency.copy=8", false},
		{"extraArgs={--all}", false},
		{"resources.limits.memory=1Gi", false},
		{"podLabels.team=other", false},
		{"backoffLimit=3", false},
		{"image.tag=next", false},
	}
	// Helm has numbers of other kinds from a command line, from a file and from the release before.
	number := func(flag string) any {
		return render(t, chart, "--values", valuesFile("job"), flag, "job.run=1795000000").at("Job.metadata.name")
	}
	for _, flag := range []string{"--set-json", "--set-string"} {
		if got, want := number(flag), number("--set"); got != want {
			t.Errorf("name of the Job with %s job.run=1795000000 = %v, want %v as with --set", flag, got, want)
		}
	}
	for _, tt := range tests {
		t.Run(tt.set, func(t *testing.T) {
			if got := name(tt.set); (got == plain) != tt.same {
				t.Errorf("name of the Job with %s = %v, and %v without: the same is %v, want %v", tt.set, got, plain, got == plain, tt.same)
			}
		})
	}
}
