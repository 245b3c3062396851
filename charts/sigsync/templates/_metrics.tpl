{{/* Refuses what only a Deployment can have: called with the root and the value's name. */}}
{{- define "sigsync.needsDeployment" -}}
{{- $root := index . 0 -}}
{{- if ne $root.Values.kind "Deployment" -}}
{{- fail (printf "%s needs kind Deployment: a %s does not listen; what it measured is pushed, see config.metrics" (index . 1) $root.Values.kind) -}}
{{- end -}}
{{- end -}}

{{/* Refuses what could not be reached: called with the root and the value's name. */}}
{{- define "sigsync.needsPort" -}}
{{- include "sigsync.needsDeployment" . -}}
{{- $root := index . 0 -}}
{{- if not (include "sigsync.openPort" $root) -}}
{{- fail (printf "%s needs a port that others reach, and serve.listen is %q" (index . 1) (include "sigsync.listen" $root)) -}}
{{- end -}}
{{- end -}}

{{/*
Refuses what shows metrics where nobody gets any, and where run after run is expected and none comes: called with the root and the
value's name. What a ConfigMap of the user's says is not known here.
*/}}
{{- define "sigsync.needsMetrics" -}}
{{- $root := index . 0 -}}
{{- $metrics := default dict $root.Values.config.metrics -}}
{{- if eq $root.Values.kind "Job" -}}
{{- fail (printf "%s needs kind CronJob or Deployment: a Job runs once, and alerts that runs are missing would never end" (index . 1)) -}}
{{- end -}}
{{- if not (or (eq $root.Values.kind "Deployment") $root.Values.existingConfigMap $metrics.pushgateway $metrics.textfile) -}}
{{- fail (printf "%s needs metrics: of a CronJob, config.metrics.pushgateway or config.metrics.textfile" (index . 1)) -}}
{{- end -}}
{{- end -}}

{{/* A monitor of the Prometheus Operator: called with root, values, kind, endpoints (the name of their list) and selector. */}}
{{- define "sigsync.monitor" -}}
apiVersion: monitoring.coreos.com/v1
kind: {{ .kind }}
metadata:
  {{- include "sigsync.metadata" (dict "root" .root "name" (include "sigsync.fullname" .root) "component" "serve" "labels" (list .values.labels) "annotations" (list .values.annotations)) | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- include "sigsync.serveLabels" .root | nindent 6 }}
  {{ .endpoints }}:
    - {{ include "sigsync.endpoint" .values | nindent 6 | trim }}
{{- end -}}

{{/* How a monitor scrapes: called with its values. */}}
{{- define "sigsync.endpoint" -}}
port: http
path: /metrics
{{- with .interval }}
interval: {{ . }}
{{- end }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- with .relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The pod's annotations that many a Prometheus is configured to find. */}}
{{- define "sigsync.scrapeAnnotations" -}}
{{- if (.Values.metrics).annotations -}}
prometheus.io/scrape: "true"
prometheus.io/path: /metrics
prometheus.io/port: {{ include "sigsync.openPort" . | quote }}
{{- end -}}
{{- end -}}
