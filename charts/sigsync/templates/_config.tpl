{{/* The text of sigsync.yaml. A Deployment has no schedule of its own, so the configuration carries it. */}}
{{- define "sigsync.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if eq .Values.kind "Deployment" -}}
{{- $schedule := dict "cron" .Values.schedule "timezone" .Values.timeZone -}}
{{- $config = mergeOverwrite (dict "schedule" $schedule) $config -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
