//go:build e2e

package e2e_test

import "maps"

func deploymentFields() fields {
	return fields{
		"CronJob":                                nil,
		"Deployment.metadata.name":               "prod-sigsync",
		"Deployment.spec.replicas":               1,
		"Deployment.spec.strategy":               map[string]any{"type": "Recreate"},
		"pod.spec.restartPolicy":                 "Always",
		"pod.spec.terminationGracePeriodSeconds": 30 + 45,
		"pod.spec.containers.0.args":             []any{"serve", "--config", "/etc/sigsync/sigsync.yaml"},
		"pod.spec.containers.0.ports":            port(8080),
		// Neither has a delay, and nothing waits for the first run.
		"pod.spec.containers.0.startupProbe":    nil,
		"pod.spec.containers.0.livenessProbe":   probe("/healthz", map[string]any{"periodSeconds": 20, "timeoutSeconds": 5}),
		"pod.spec.containers.0.readinessProbe":  probe("/readyz", map[string]any{"periodSeconds": 5, "timeoutSeconds": 3}),
		"pod.spec.containers.0.volumeMounts.1":  map[string]any{"name": "credentials", "mountPath": "/var/run/secrets/sigsync", "readOnly": true},
		"pod.spec.containers.0.volumeMounts.2":  nil,
		"pod.spec.volumes.1.secret.secretName":  "artifactory",
		"pod.spec.volumes.1.secret.defaultMode": 0o440,
		"pod.spec.volumes.2":                    nil,

		"Service.apiVersion":           "v1",
		"Service.metadata.name":        "prod-sigsync",
		"Service.metadata.annotations": nil,
		"Service.spec": map[string]any{
			"type": "ClusterIP", "selector": serving(),
			"ports": []any{map[string]any{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}},
		},
		"ServiceMonitor":                   nil,
		"PodMonitor":                       nil,
		"PrometheusRule":                   nil,
		"ConfigMap/prod-sigsync-dashboard": nil,
	}
}

func serveFields() fields {
	labels := map[string]any{
		"helm.sh/chart": "sigsync-0.1.0", "app.kubernetes.io/version": "0.1.0", "app.kubernetes.io/managed-by": "Helm",
		"app.kubernetes.io/name": "sigsync", "app.kubernetes.io/instance": "prod", "release": "monitoring",
	}
	monitor := maps.Clone(labels)
	monitor["app.kubernetes.io/component"] = "serve"
	return fields{
		"Deployment.spec.strategy": map[string]any{
			"type": "RollingUpdate", "rollingUpdate": map[string]any{"maxSurge": 1, "maxUnavailable": 0},
		},
		"pod.spec.terminationGracePeriodSeconds": 90 + 45,
		"pod.spec.containers.0.ports":            port(9090),
		"pod.spec.containers.0.livenessProbe":    probe("/healthz", map[string]any{"periodSeconds": 60, "timeoutSeconds": 5}),
		"pod.spec.containers.0.readinessProbe": probe("/readyz", map[string]any{
			"periodSeconds": 5, "timeoutSeconds": 3, "initialDelaySeconds": 3,
		}),
		"pod.spec.containers.0.volumeMounts.2": map[string]any{"name": "webhook", "mountPath": "/etc/webhook", "readOnly": true},
		"pod.spec.volumes.2":                   webhookVolume("artifactory"),

		"Service.metadata.annotations": map[string]any{"balancer": "internal"},
		"Service.spec.type":            "LoadBalancer",
		"Service.spec.ports.0.port":    80,

		"ServiceMonitor.apiVersion":      "monitoring.coreos.com/v1",
		"ServiceMonitor.metadata.labels": monitor,
		"ServiceMonitor.spec": map[string]any{
			"selector": map[string]any{"matchLabels": serving()},
			"endpoints": []any{map[string]any{
				"port": "http", "path": "/metrics", "interval": "1m", "scrapeTimeout": "20s",
			}},
		},
		"PodMonitor":                     nil,
		"PrometheusRule.apiVersion":      "monitoring.coreos.com/v1",
		"PrometheusRule.metadata.labels": labels,

		"ConfigMap/prod-sigsync-dashboard.metadata.annotations":              map[string]any{"folder": "Trust"},
		"ConfigMap/prod-sigsync-dashboard.metadata.labels.folder":            "trust",
		"ConfigMap/prod-sigsync-dashboard.metadata.labels.grafana_dashboard": "1",
	}
}

func podMonitorFields() fields {
	return fields{
		"Service":                            nil,
		"ServiceMonitor":                     nil,
		"PodMonitor.metadata.labels.release": "monitoring",
		"PodMonitor.apiVersion":              "monitoring.coreos.com/v1",
		"PodMonitor.spec": map[string]any{
			"selector":            map[string]any{"matchLabels": serving()},
			"podMetricsEndpoints": []any{map[string]any{"port": "http", "path": "/metrics"}},
		},
		"pod.spec.terminationGracePeriodSeconds": 0,
		"pod.spec.containers.0.ports":            port(8081),
		"pod.spec.containers.0.livenessProbe":    nil,
		"pod.spec.containers.0.readinessProbe":   nil,
		"pod.spec.volumes.1":                     webhookVolume("secret"),
	}
}

// The kubelet, Prometheus and the Service do not reach loopback.
func loopbackFields() fields {
	return fields{
		"Service":                              nil,
		"pod.spec.containers.0.ports":          nil,
		"pod.spec.containers.0.livenessProbe":  nil,
		"pod.spec.containers.0.readinessProbe": nil,
		"pod.spec.volumes.1":                   webhookVolume("secret"),
		"PrometheusRule.metadata.name":         "prod-sigsync",
	}
}

func deafFields() fields {
	return fields{
		"Service":                              nil,
		"pod.spec.containers.0.ports":          nil,
		"pod.spec.containers.0.livenessProbe":  nil,
		"pod.spec.containers.0.readinessProbe": nil,
	}
}

// What config says is not what such a Deployment runs with.
func serveConfigMapFields() fields {
	return fields{
		"ConfigMap":                              nil,
		"Service.spec.ports.0.targetPort":        "http",
		"pod.spec.terminationGracePeriodSeconds": 30 + 45,
		"pod.spec.containers.0.ports":            port(9091),
		"pod.spec.containers.0.volumeMounts.1": map[string]any{
			"name": "webhook", "mountPath": "/var/run/secrets/sigsync-webhook", "readOnly": true,
		},
		"pod.spec.volumes.1": webhookVolume("secret"),
	}
}

func port(number int) []any {
	return []any{map[string]any{"name": "http", "containerPort": number, "protocol": "TCP"}}
}

// probe is a probe of path that fails the third time.
func probe(path string, settings map[string]any) map[string]any {
	settings["httpGet"] = map[string]any{"path": path, "port": "http"}
	settings["failureThreshold"] = 3
	return settings
}

func webhookVolume(key string) map[string]any {
	return map[string]any{"name": "webhook", "secret": map[string]any{
		"secretName": "events", "defaultMode": 0o440, "items": []any{map[string]any{"key": key, "path": "secret"}},
	}}
}

// serving is what the pods that listen are found by: those of audits and of helm test are no targets.
func serving() map[string]any {
	return map[string]any{
		"app.kubernetes.io/name": "sigsync", "app.kubernetes.io/instance": "prod", "app.kubernetes.io/component": "serve",
	}
}
