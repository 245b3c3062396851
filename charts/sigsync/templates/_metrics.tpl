{{/* Refuses what can only be had of a Deployment: called with the root and the value's name. */}}
{{- define "sigsync.needsDeployment" -}}
{{- $root := index . 0 -}}
{{- if ne $root.Values.kind "Deployment" -}}
{{- fail (printf "%s needs kind Deployment: a CronJob's metrics are pushed, see config.metrics" (index . 1)) -}}
{{- end -}}
{{- end -}}

{{/* Refuses what Prometheus could not scrape: called with the root and the value's name. */}}
{{- define "sigsync.needsPort" -}}
{{- include "sigsync.needsDeployment" . -}}
{{- $root := index . 0 -}}
{{- if not (include "sigsync.openPort" $root) -}}
{{- fail (printf "%s needs a port that Prometheus reaches, and serve.listen is %q" (index . 1) (include "sigsync.listen" $root)) -}}
{{- end -}}
{{- end -}}

{{/* How a monitor of the Prometheus Operator scrapes: called with its values. */}}
{{- define "sigsync.endpoint" -}}
port: http
path: /metrics
{{- with .interval }}
interval: {{ . }}
{{- end }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- end -}}

{{/* The pod's annotations that many a Prometheus is configured to find. */}}
{{- define "sigsync.scrapeAnnotations" -}}
{{- if (.Values.metrics).annotations -}}
{{- include "sigsync.needsPort" (list . "metrics.annotations") -}}
prometheus.io/scrape: "true"
prometheus.io/path: /metrics
prometheus.io/port: {{ include "sigsync.openPort" . | quote }}
{{- end -}}
{{- end -}}
