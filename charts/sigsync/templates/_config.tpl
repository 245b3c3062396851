{{/*
The text of sigsync.yaml. A Deployment has no schedule of its own, so the configuration carries it; it listens, and has the
webhook's secret mounted. What config says itself wins.
*/}}
{{- define "sigsync.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if eq .Values.kind "Deployment" -}}
{{- $schedule := dict "cron" .Values.schedule "timezone" .Values.timeZone -}}
{{- $config = mergeOverwrite (dict "schedule" $schedule) $config -}}
{{- $_ := set $config "serve" (include "sigsync.serve" . | fromYaml) -}}
{{- end -}}
{{- if (.Values.cache).enabled -}}
{{- $_ := set $config "cache" (mergeOverwrite (dict "dir" .Values.cache.mountPath) (default dict $config.cache)) -}}
{{- end -}}
{{- include "sigsync.trusting" (list . $config) -}}
{{- end -}}

{{/* A configuration whose servers trust the own authority, where they name no other: called with the root and the configuration. */}}
{{- define "sigsync.trusting" -}}
{{- $root := index . 0 -}}
{{- if include "sigsync.caSource" $root -}}
{{- range $_, $server := (index . 1).servers -}}
{{- $_ := set $server "tls" (merge (default dict $server.tls) (dict "ca_file" (printf "%s/ca.crt" $root.Values.ca.mountPath))) -}}
{{- end -}}
{{- end -}}
{{- toYaml (index . 1) -}}
{{- end -}}

{{/*
The text of audit.yaml, of the audits beside the rest. Their keys take the place of config's whole, so that an empty list can.
Pushed metrics of two configurations need two jobs, and the alerts about missing runs do not fit one a day.
*/}}
{{- define "sigsync.auditConfig" -}}
{{- $config := omit (deepCopy .Values.config) "metrics" -}}
{{- range $key, $value := .Values.audit.config -}}
{{- if kindIs "invalid" $value -}}
{{- $config = omit $config $key -}}
{{- else -}}
{{- $_ := set $config $key (deepCopy $value) -}}
{{- end -}}
{{- end -}}
{{- include "sigsync.trusting" (list . $config) -}}
{{- end -}}
