//go:build e2e

package e2e_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a CronJob is rendered to stands in testdata/rendered, from before the chart knew more of serve than its arguments: who
// runs it gets the same from an upgrade. UPDATE_GOLDEN in the environment writes the files anew.
func TestChartCronJobStaysTheSame(t *testing.T) {
	tests := []struct {
		name, values string
		args         []string
	}{
		{name: "default", values: "default"},
		{name: "audit", values: "audit"},
		{name: "credentials", values: "credentials"},
		{name: "existing-config-map", values: "existing-config-map"},
		{name: "placement", values: "placement"},
		{name: "private-ca", values: "private-ca"},
		{
			name: "values of a Deployment do nothing", values: "default",
			args: []string{"--set", "listen=no address,strategy.type=RollingUpdate,webhook.existingSecret=events,service.port=80,livenessProbe.periodSeconds=1"},
		},
		{
			// As helm upgrade --reuse-values has them, which knows nothing of a new chart's defaults.
			name: "values of the release before", values: "default",
			args: []string{
				"--set", "listen=null,strategy=null,service=null,webhook=null,metrics=null,livenessProbe=null,readinessProbe=null",
				"--set", "terminationGracePeriodSeconds=60",
				"--set", "commonLabels=null,commonAnnotations=null,annotations=null,jobLabels=null,jobAnnotations=null",
				"--set", "credentials.serviceAccountToken=null,ca=null,ttlSecondsAfterFinished=null,podFailurePolicy=null,job=null,audit=null",
				"--set", "report=null,cache=null,replicas=null,revisionHistoryLimit=null,ingress=null,podDisruptionBudget=null",
				"--set", "networkPolicy=null,dnsPolicy=null,dnsConfig=null,hostAliases=null,topologySpreadConstraints=null",
				"--set", "priorityClassName=null,runtimeClassName=null,schedulerName=null,extraEnvFrom=null,extraContainers=null",
				"--set", "initContainers=null,lifecycle=null,extraObjects=null,test=null",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := template(t, chart, append([]string{"--no-hooks", "--values", valuesFile(tt.values)}, tt.args...)...)
			file := "testdata/rendered/" + tt.values + ".yaml"
			if os.Getenv("UPDATE_GOLDEN") != "" && tt.args == nil {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, file)), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}
