{{/* The container of a run: called with root and run. */}}
{{- define "sigsync.container" -}}
{{- $values := .root.Values -}}
name: sigsync
image: {{ include "sigsync.image" .root }}
imagePullPolicy: {{ $values.image.pullPolicy }}
args:
  - {{ .run.command }}
  - --config
  - /etc/sigsync/{{ .run.file }}
  {{- if gt (int .run.shards) 1 }}
  - --shard
  - {{ .run.shards | quote }}
  {{- end }}
  {{- range include "sigsync.reports" . | fromJsonArray }}
  - --report
  - {{ . | quote }}
  {{- end }}
  {{- with .run.args }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with include "sigsync.env" . }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "sigsync.envFrom" .root }}
envFrom:
  {{- . | nindent 2 }}
{{- end }}
{{- if eq .run.command "serve" }}
{{- with include "sigsync.probes" .root }}
{{ . }}
{{- end }}
{{- end }}
{{- with $values.lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $values.securityContext | nindent 2 }}
resources:
  {{- toYaml $values.resources | nindent 2 }}
volumeMounts:
  {{- include "sigsync.volumeMounts" . | nindent 2 }}
{{- end -}}
