//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// Prometheus's templates in the annotations look like Helm's.
func TestChartAlertsAreThoseOfTheFile(t *testing.T) {
	var want map[string]any
	if err := yaml.Unmarshal(readFile(t, alertsFile), &want); err != nil {
		t.Fatal(err)
	}
	got := render(t, chart, "--values", valuesFile("serve")).at("PrometheusRule.spec")
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("PrometheusRule.spec (-%s +rendered):\n%s", alertsFile, diff)
	}
	if text := string(encoded(t, got)); !strings.Contains(text, "{{ $labels.job }}{{ with $labels.instance }}") {
		t.Errorf("PrometheusRule.spec has no templates, and proves nothing:\n%s", text)
	}
}

func TestChartDashboardIsThatOfTheFile(t *testing.T) {
	data, _ := render(t, chart, "--values", valuesFile("serve")).at("ConfigMap/prod-sigsync-dashboard.data").(map[string]any)
	want := map[string]any{"sigsync.json": string(readFile(t, dashboardFile))}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Errorf("the dashboard's data (-%s +rendered):\n%s", dashboardFile, diff)
	}
}

func TestChartScrapeAnnotations(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want map[string]any
	}{
		{"off", []string{"--set", "kind=Deployment"}, map[string]any{}},
		{
			"on", []string{"--values", valuesFile("serve")},
			map[string]any{
				"prometheus.io/scrape": "true", "prometheus.io/path": "/metrics", "prometheus.io/port": "9090", "team": "trust",
			},
		},
		{
			"the user's own", []string{"--set", "kind=Deployment,metrics.annotations=true", "--set-string", `podAnnotations.prometheus\.io/scrape=false`},
			map[string]any{"prometheus.io/scrape": "false", "prometheus.io/path": "/metrics", "prometheus.io/port": "8080"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := render(t, chart, tt.args...).at("pod.metadata.annotations").(map[string]any)
			delete(got, "checksum/config")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("annotations (-want +got):\n%s", diff)
			}
		})
	}
}
