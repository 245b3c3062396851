{{/* A CronJob's name has at most 52 characters, for its Jobs append eleven. */}}
{{- define "sigsync.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of the CronJob for audits beside the rest, 52 characters at most too. */}}
{{- define "sigsync.auditName" -}}
{{ include "sigsync.fullname" . | trunc 46 | trimSuffix "-" }}-audit
{{- end -}}

{{- define "sigsync.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sigsync.configMap" -}}
{{- default (include "sigsync.fullname" .) .Values.existingConfigMap -}}
{{- end -}}

{{- define "sigsync.serviceAccount" -}}
{{- default (ternary (include "sigsync.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* What the main object runs. */}}
{{- define "sigsync.command" -}}
{{- ternary "serve" .Values.mode (eq .Values.kind "Deployment") -}}
{{- end -}}
