//go:build e2e

package e2e_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Both versions of Helm make the same objects of each way to install the chart.
func TestChartIsTheSameWithHelm3And4(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(chart, "ci", "*-values.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob(%s/ci/*-values.yaml) = %v, %v, want files", chart, files, err)
	}
	for _, values := range files {
		t.Run(filepath.Base(values), func(t *testing.T) {
			var made []rendered
			for _, helm := range []string{"helm", "helm4"} {
				stdout, stderr, err := runTool(t, helm, "template", "prod", chart, "--namespace", "trust", "--kube-version", "1.36.0", "--values", values)
				if err != nil || stderr != "" {
					t.Fatalf("%s template: %v\n%s", helm, err, stderr)
				}
				made = append(made, parse(t, stdout))
			}
			if len(made[0]) < 2 {
				t.Errorf("helm template made %d objects, want two or more", len(made[0]))
			}
			if diff := cmp.Diff(made[0], made[1]); diff != "" {
				t.Errorf("(-helm 3 +helm 4):\n%s", diff)
			}
		})
	}
}
