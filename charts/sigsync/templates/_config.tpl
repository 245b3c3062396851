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
{{- toYaml $config -}}
{{- end -}}
