//go:build e2e

package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// helm template renders the notes, but does not show them: a copy of the chart puts them into an object.
func notes(t *testing.T, values string) string {
	t.Helper()
	withNotes := t.TempDir()
	if err := os.CopyFS(withNotes, os.DirFS(chart)); err != nil {
		t.Fatalf("copy the chart: %v", err)
	}
	object := "kind: Notes\ntext: |\n" + `{{ include "sigsync/templates/NOTES.txt" . | indent 2 }}`
	if err := os.WriteFile(filepath.Join(withNotes, "templates", "notes.yaml"), []byte(object), 0o600); err != nil {
		t.Fatalf("write the notes' object: %v", err)
	}
	text, _ := render(t, withNotes, "--values", valuesFile(values)).at("Notes.text").(string)
	return text
}

func TestChartNotes(t *testing.T) {
	const (
		start  = "kubectl --namespace trust create job --from=cronjob/prod-sigsync prod-sigsync-now"
		see    = "kubectl --namespace trust logs --follow job/prod-sigsync-now"
		follow = "kubectl --namespace trust logs --follow deployment/prod-sigsync"
		secret = "kubectl --namespace trust create secret"
		server = "set config.servers.main.url"
		reach  = "kubectl --namespace trust port-forward deployment/prod-sigsync 8080:"
		ask    = "curl http://127.0.0.1:8080/readyz"
		show   = "curl http://127.0.0.1:8080/api/v1/report"
		probes = "The probes ask it"
		events = "Artifactory's webhook goes to"
		audit  = "kubectl --namespace trust create job --from=cronjob/prod-sigsync-audit prod-sigsync-audit-now"
		again  = "helm --namespace trust upgrade prod CHART --reuse-values --set job.run="
		doctor = "helm --namespace trust test prod --logs"
		begin  = `--patch '{"spec": {"suspend": false}}'`
		merge  = `"args":["report","merge","/reports/prod-sigsync-0.json","/reports/prod-sigsync-1.json",` +
			`"/reports/prod-sigsync-2.json","/reports/prod-sigsync-3.json"]`
		claim = `"persistentVolumeClaim":{"claimName":"prod-sigsync-reports"}`
	)
	tests := []struct {
		values      string
		want, never []string
	}{
		{"default", []string{`sigsync sync will run at "*/15 * * * *" (UTC)`, start, see, secret, server}, []string{follow, reach}},
		{"audit", []string{`sigsync audit will run at "0 6 * * 1" (Europe/Zurich)`, start, see}, []string{follow}},
		{"deployment", []string{"sigsync serve runs", follow, server, reach + "8080\n", ask, show}, []string{"create job", secret, probes, events}},
		{"serve", []string{follow, reach + "9090\n", events + " http://prod-sigsync.trust.svc:80/webhooks/artifactory inside"}, []string{probes}},
		{"pod-monitor", []string{reach + "8081\n"}, []string{events}},
		{"loopback", []string{reach + "8082\n", ask, show}, []string{events, probes}},
		{"deaf", []string{follow}, []string{reach, "curl", events}},
		{"serve-config-map", []string{reach + "9091\n", probes + `, too: the ConfigMap our-sigsync has to say serve.listen: ":9091"`}, []string{server}},
		{"credentials", []string{start}, []string{secret, server}},
		{"existing-config-map", []string{start}, []string{server}},
		{"private-ca", []string{start}, []string{secret, server}},
		{"job", []string{"runs as the Job prod-sigsync-", "logs --follow job/prod-sigsync-", again, doctor}, []string{start, begin, "merge", "shards"}},
		{
			"shards", []string{"waits as the Job prod-sigsync-", begin, "logs --follow --selector job-name=prod-sigsync-", merge, claim, again},
			[]string{start, "logs --follow job/"},
		},
		{
			"audit-beside", []string{start, audit, `"30 5 * * *" (Europe/Zurich)`, "in the volume of the claim prod-sigsync-reports", doctor},
			[]string{again, secret},
		},
		{"audit-beside-serve", []string{follow, audit, "in the volume of the claim our-reports"}, []string{start}},
		{"oidc", []string{start}, []string{secret, server}},
		{"alerts", []string{start}, []string{doctor, audit, "volume"}},
	}
	for _, tt := range tests {
		t.Run(tt.values, func(t *testing.T) {
			got := notes(t, tt.values)
			for _, line := range tt.want {
				if !strings.Contains(got, line) {
					t.Errorf("notes lack %q:\n%s", line, got)
				}
			}
			for _, line := range tt.never {
				if strings.Contains(got, line) {
					t.Errorf("notes hold %q:\n%s", line, got)
				}
			}
		})
	}
}
