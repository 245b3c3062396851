//go:build e2e

package e2e_test

import (
	"path/filepath"
	"testing"
)

// fields are what a chart's objects must hold: path to value, nil where there must be none.
type fields map[string]any

func TestChartFields(t *testing.T) {
	for values, want := range map[string]fields{
		"default":             defaultFields(),
		"audit":               auditFields(),
		"deployment":          deploymentFields(),
		"existing-config-map": existingConfigMapFields(),
		"credentials":         credentialsFields(),
		"placement":           placementFields(),
		"private-ca":          privateCAFields(),
		"serve":               serveFields(),
		"pod-monitor":         podMonitorFields(),
		"loopback":            loopbackFields(),
		"deaf":                deafFields(),
		"serve-config-map":    serveConfigMapFields(),
	} {
		t.Run(values, func(t *testing.T) {
			checkFields(t, render(t, chart, "--values", valuesFile(values)), want)
		})
	}
}

// No way to install the chart takes the pod's protection away.
func TestChartProtectsPod(t *testing.T) {
	want := fields{
		"pod.spec.automountServiceAccountToken": false,
		"pod.spec.enableServiceLinks":           false,
		"pod.spec.securityContext": map[string]any{
			"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
			"seccompProfile": map[string]any{"type": "RuntimeDefault"},
		},
		"pod.spec.containers.0.securityContext": map[string]any{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}},
		},
	}
	for _, values := range valueSets(t) {
		t.Run(filepath.Base(values), func(t *testing.T) {
			checkFields(t, render(t, chart, "--values", values), want)
		})
	}
}

func defaultFields() fields {
	return fields{
		"Deployment":                              nil,
		"Service":                                 nil,
		"CronJob.metadata.name":                   "prod-sigsync",
		"CronJob.spec.schedule":                   "*/15 * * * *",
		"CronJob.spec.timeZone":                   "UTC",
		"CronJob.spec.suspend":                    false,
		"CronJob.spec.concurrencyPolicy":          "Forbid",
		"CronJob.spec.startingDeadlineSeconds":    300,
		"CronJob.spec.successfulJobsHistoryLimit": 3,
		"CronJob.spec.failedJobsHistoryLimit":     3,

		"CronJob.spec.jobTemplate.spec.backoffLimit":          2,
		"CronJob.spec.jobTemplate.spec.activeDeadlineSeconds": 14400,
		"CronJob.spec.jobTemplate.spec.podFailurePolicy.rules": []any{
			map[string]any{"action": "FailJob", "onExitCodes": map[string]any{
				"containerName": "sigsync", "operator": "In", "values": []any{2, 3},
			}},
			map[string]any{"action": "Ignore", "onPodConditions": []any{
				map[string]any{"type": "DisruptionTarget", "status": "True"},
			}},
		},

		"pod.spec.restartPolicy":                 "Never",
		"pod.spec.terminationGracePeriodSeconds": 60,
		"pod.spec.serviceAccountName":            "prod-sigsync",
		"pod.spec.imagePullSecrets":              nil,
		"pod.spec.containers.0.name":             "sigsync",
		"pod.spec.containers.0.image":            "ghcr.io/sigsync/sigsync:0.1.0",
		"pod.spec.containers.0.imagePullPolicy":  "IfNotPresent",
		"pod.spec.containers.0.args":             []any{"sync", "--config", "/etc/sigsync/sigsync.yaml"},
		"pod.spec.containers.0.env":              nil,
		"pod.spec.containers.0.envFrom":          nil,
		"pod.spec.containers.0.ports":            nil,
		"pod.spec.containers.0.livenessProbe":    nil,
		"pod.spec.containers.0.readinessProbe":   nil,
		"pod.spec.containers.0.resources": map[string]any{
			"requests": map[string]any{"cpu": "100m", "memory": "128Mi"}, "limits": map[string]any{"memory": "512Mi"},
		},
		"pod.spec.containers.0.volumeMounts": []any{
			map[string]any{"name": "config", "mountPath": "/etc/sigsync", "readOnly": true},
		},
		"pod.spec.volumes": []any{
			map[string]any{"name": "config", "configMap": map[string]any{"name": "prod-sigsync"}},
		},

		"ConfigMap.metadata.name":                     "prod-sigsync",
		"ServiceAccount.metadata.name":                "prod-sigsync",
		"ServiceAccount.automountServiceAccountToken": false,
	}
}

func auditFields() fields {
	return fields{
		"CronJob.spec.schedule":                               "0 6 * * 1",
		"CronJob.spec.timeZone":                               "Europe/Zurich",
		"CronJob.spec.suspend":                                true,
		"CronJob.spec.concurrencyPolicy":                      "Replace",
		"CronJob.spec.startingDeadlineSeconds":                nil,
		"CronJob.spec.successfulJobsHistoryLimit":             1,
		"CronJob.spec.failedJobsHistoryLimit":                 0,
		"CronJob.spec.jobTemplate.spec.backoffLimit":          0,
		"CronJob.spec.jobTemplate.spec.activeDeadlineSeconds": 2000000,
		"pod.spec.terminationGracePeriodSeconds":              90,
		"pod.spec.containers.0.args": []any{
			"audit", "--config", "/etc/sigsync/sigsync.yaml", "--output", "json",
		},
	}
}

func existingConfigMapFields() fields {
	return fields{
		"ConfigMap":                         nil,
		"pod.spec.volumes.0.configMap.name": "our-sigsync",
		"pod.metadata.annotations":          map[string]any{"team": "trust"},
	}
}

func credentialsFields() fields {
	key := func(name string) map[string]any {
		return map[string]any{"secretKeyRef": map[string]any{"name": "artifactory", "key": name}}
	}
	return fields{
		"pod.spec.containers.0.env": []any{
			map[string]any{"name": "ARTIFACTORY_TOKEN", "valueFrom": key("token")},
			map[string]any{"name": "PASSWORD", "valueFrom": key("password")},
			map[string]any{"name": "HTTPS_PROXY", "value": "http://proxy.example.com:3128"},
		},
		"pod.spec.containers.0.envFrom":        []any{map[string]any{"secretRef": map[string]any{"name": "artifactory"}}},
		"pod.spec.containers.0.volumeMounts.1": nil,
		"pod.spec.volumes.1":                   nil,
	}
}

func placementFields() fields {
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	return fields{
		"ServiceAccount":                        nil,
		"CronJob.metadata.name":                 "signatures",
		"pod.metadata.labels.team":              "trust",
		"pod.metadata.annotations.sidecar":      "off",
		"pod.spec.serviceAccountName":           "promoter",
		"pod.spec.imagePullSecrets":             []any{map[string]any{"name": "mirror"}},
		"pod.spec.nodeSelector":                 map[string]any{"disk": "fast"},
		"pod.spec.tolerations":                  []any{map[string]any{"key": "batch", "operator": "Exists"}},
		"pod.spec.affinity":                     map[string]any{"nodeAffinity": map[string]any{}},
		"pod.spec.containers.0.image":           "registry.example.com/mirror/sigsync@" + digest,
		"pod.spec.containers.0.imagePullPolicy": "Always",
		"pod.spec.containers.0.resources.limits": map[string]any{
			"memory": "2Gi",
		},
	}
}

func privateCAFields() fields {
	return fields{
		"ServiceAccount.metadata.annotations":            map[string]any{"trust": "artifactory"},
		"pod.spec.containers.0.volumeMounts.1.mountPath": "/etc/artifactory",
		"pod.spec.containers.0.volumeMounts.2":           map[string]any{"name": "ca", "mountPath": "/etc/ca", "readOnly": true},
		"pod.spec.volumes.2":                             map[string]any{"name": "ca", "configMap": map[string]any{"name": "ca"}},
	}
}
