//go:build e2e

package e2e_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// valueSets are the files in the chart's ci folder, one way to install it each.
func valueSets(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(valuesFile("*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob(%s) = %v, %v, want files", valuesFile("*"), files, err)
	}
	return files
}

// valuesFile is the file of one of them.
func valuesFile(name string) string { return chart + "/ci/" + name + "-values.yaml" }

func TestChartLint(t *testing.T) {
	for _, values := range valueSets(t) {
		t.Run(filepath.Base(values), func(t *testing.T) {
			stdout, stderr, err := runTool(t, "helm", "lint", "--strict", chart, "--values", values)
			if err != nil {
				t.Errorf("helm lint: %v\n%s%s", err, stdout, stderr)
			}
		})
	}
}

func TestChartRefuses(t *testing.T) {
	tests := []struct{ set, want string }{
		{"kind=Deployment,mode=audit", "mode audit needs kind CronJob or Job"},
		{"kind=DaemonSet", "/kind"},
		{"mode=delete", "/mode"},
		{"schedul=@hourly", "'schedul' not allowed"},
		{"schedule=hourly", "/schedule"},
		{"concurrencyPolicy=forbid", "/concurrencyPolicy"},
		{"startingDeadlineSeconds=9", "/startingDeadlineSeconds"}, // the controller looks every ten seconds
		{"image.digest=0123", "/image/digest"},
		{"image.pullSecrets={mirror}", "/image/pullSecrets/0"},
		{"credentials.secret=artifactory", "'secret' not allowed"},
		{"credentials.env.2ND=token", "/credentials/env"},
		{"config=text", "/config"},
		{"config.serve=text", "/config/serve"},
		{"kind=Deployment,service=null", "missing property 'service'"},
		{"kind=Deployment,strategy.type=OnDelete", "/strategy/type"},
		{"service.type=ExternalName", "/service/type"},
		{"service.port=http", "/service/port"},
		{"webhook.secret=hush", "'secret' not allowed"},
		{"livenessProbe.path=/", "'path' not allowed"},
		{"metrics.serviceMonitor.interval=often", "/metrics/serviceMonitor/interval"},
		{"terminationGracePeriodSeconds=1m", "/terminationGracePeriodSeconds"},
		{"kind=Deployment,listen=8080", "/listen"},
		{"kind=Deployment,config.serve.listen=8080", "/config/serve/listen"},
		{"kind=Deployment,config.serve.listen=::1:8080", "/config/serve/listen"},
		{"kind=Deployment,listen=::1:8080", `serve.listen "::1:8080" is not a host and port`},
		{"kind=Deployment,config.serve.listen=:0", `serve.listen ":0" is not a host and port`},
		{"kind=Deployment,config.serve.listen=:http", "/config/serve/listen"},
		{"kind=Deployment,config.serve.listen=${LISTEN}", `serve.listen "${LISTEN}" is not a host and port`},
		{"kind=Deployment,config.serve.grace=${GRACE}", `config.serve.grace "${GRACE}" is not a duration`},
		{"kind=Deployment,config.serve.grace=30", "/config/serve/grace"},
		{"kind=Deployment,listen=,webhook.existingSecret=events", "webhook.existingSecret needs serve.listen"},
		{"config.servr=main", "'servr' not allowed"},
		{"config.servers.main.url=null", "missing property 'url'"},
		{"config.pairs[0].source.repo=dev", "'repo' not allowed"},
		{"config.fail_on={mising}", "/config/fail_on/0"},
		{"config.version=2", "/config/version"},
		{"kind=Job,job.shards=0", "/job/shards"},
		{"kind=Job,job.shard=2", "'shard' not allowed"},
		{"audit.schedule=daily", "/audit/schedule"},
		{"audit.enabled=true,mode=audit", "mode is audit already"},
		{"report.formats={pdf}", "/report/formats/0"},
		{"report.name=../token", "/report/name"},
		{"report.claim.accessModes={RWX}", "/report/claim/accessModes/0"},
		{"cache.claim.size=much", "/cache/claim/size"},
		{"credentials.serviceAccountToken.expirationSeconds=60", "/credentials/serviceAccountToken/expirationSeconds"},
		{"credentials.serviceAccountToken.enabled=true", "needs an audience"},
		{"ca.existingSecret=a,ca.existingConfigMap=b", "take one"},
		{"podDisruptionBudget.maxUnavailable=0", "/podDisruptionBudget/maxUnavailable"},
		{"podDisruptionBudget.enabled=true", "podDisruptionBudget needs kind Deployment"},
		{"ingress.enabled=true", "ingress needs kind Deployment"},
		{"ingress.paths[0].path=webhooks", "/ingress/paths/0"},
		{"networkPolicy.ports={https}", "/networkPolicy/ports/0"},
		{"networkPolicy.enabled=true,existingConfigMap=ours", "name their ports in networkPolicy.ports"},
		{"podFailurePolicy.rules[0].action=Retry", "/podFailurePolicy/rules/0/action"},
		{"dnsPolicy=None4", "/dnsPolicy"},
		{"extraVolumeMounts[0].name=ca", "missing property 'mountPath'"},
		{"test.args={--pair}", "'args' not allowed"},
		{"metrics.annotations=true", "metrics.annotations needs kind Deployment"},
		{"metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor needs kind Deployment"},
		{"metrics.podMonitor.enabled=true", "metrics.podMonitor needs kind Deployment"},
		{"metrics.prometheusRule.enabled=true", "metrics.prometheusRule needs metrics"},
		{"metrics.dashboard.enabled=true", "metrics.dashboard needs metrics"},
		{"kind=Deployment,metrics.annotations=true,listen=127.0.0.1:8080", "metrics.annotations needs a port"},
		{"kind=Deployment,metrics.podMonitor.enabled=true,listen=[::1]:8080", "metrics.podMonitor needs a port"},
		{"kind=Deployment,metrics.serviceMonitor.enabled=true,listen=", "metrics.serviceMonitor needs a port"},
		{"kind=Deployment,metrics.serviceMonitor.enabled=true,service.enabled=false", "metrics.serviceMonitor needs service.enabled"},
		{"kind=Deployment,metrics.serviceMonitor.enabled=true,metrics.podMonitor.enabled=true", "would both scrape"},
	}
	for _, tt := range tests {
		t.Run(tt.set, func(t *testing.T) {
			_, stderr, err := runTool(t, "helm", "template", "prod", chart, "--set", tt.set)
			if err == nil || !strings.Contains(stderr, tt.want) {
				t.Errorf("helm template --set %s: %v, %q, want a refusal with %q", tt.set, err, stderr, tt.want)
			}
		})
	}
}

// The checksum makes a new pod of a Deployment when the configuration changes, and only then.
func TestChartChecksum(t *testing.T) {
	checksum := func(args ...string) any {
		annotations, _ := render(t, chart, args...).at("pod.metadata.annotations").(map[string]any)
		return annotations["checksum/config"]
	}
	plain := checksum("--set", "kind=Deployment")
	if same := checksum("--set", "kind=Deployment,resources.limits.memory=1Gi"); plain == nil || same != plain {
		t.Errorf("checksum with other resources = %v, want %v", same, plain)
	}
	if other := checksum("--set", "kind=Deployment,config.concurrency.copy=8"); other == plain {
		t.Errorf("checksum with another configuration = %v, want another one", other)
	}
}

// A Deployment whose pods lack the labels of its selector is refused by the server. The chart's version is not on pods, which another
// chart that does the same would replace.
func TestChartLabels(t *testing.T) {
	shared := map[string]any{
		"helm.sh/chart":                "sigsync-0.1.0",
		"app.kubernetes.io/name":       "sigsync",
		"app.kubernetes.io/instance":   "prod",
		"app.kubernetes.io/version":    "0.1.0",
		"app.kubernetes.io/managed-by": "Helm",
	}
	of := func(component string) map[string]any {
		labels := maps.Clone(shared)
		labels["app.kubernetes.io/component"] = component
		return labels
	}
	ofPods := func(component string) map[string]any {
		labels := of(component)
		delete(labels, "helm.sh/chart")
		return labels
	}
	checkFields(t, render(t, chart), fields{
		"CronJob.apiVersion":                       "batch/v1",
		"CronJob.metadata.labels":                  of("sync"),
		"CronJob.spec.jobTemplate.metadata.labels": of("sync"),
		"ConfigMap.apiVersion":                     "v1",
		"ConfigMap.metadata.labels":                shared,
		"ServiceAccount.apiVersion":                "v1",
		"ServiceAccount.metadata.labels":           shared,
		"pod.metadata.labels":                      ofPods("sync"),
	})
	checkFields(t, render(t, chart, "--set", "kind=Deployment"), fields{
		"Deployment.apiVersion":      "apps/v1",
		"Deployment.metadata.labels": of("serve"),
		"pod.metadata.labels":        ofPods("serve"),
		"Deployment.spec.selector.matchLabels": map[string]any{
			"app.kubernetes.io/name": "sigsync", "app.kubernetes.io/instance": "prod",
		},
	})
}

// Job names end in eleven more characters, and the whole must be a DNS label.
func TestChartLongName(t *testing.T) {
	r := render(t, chart, "--set", "fullnameOverride="+strings.Repeat("n", 51)+"-long")
	if got, want := r.at("CronJob.metadata.name"), strings.Repeat("n", 51); got != want {
		t.Errorf("CronJob.metadata.name = %v, want %v", got, want)
	}
}

func checkFields(t *testing.T, r rendered, want fields) {
	t.Helper()
	for path, value := range want {
		if diff := cmp.Diff(value, r.at(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
