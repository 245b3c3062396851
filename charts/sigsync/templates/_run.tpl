{{/*
What the main object's pods run, as YAML: the command, its file and arguments, the name of its reports, its ConfigMap and the
text in it where that is the chart's, and how many share it. The other runs have the same keys.
*/}}
{{- define "sigsync.mainRun" -}}
command: {{ include "sigsync.command" . }}
file: sigsync.yaml
configMap: {{ include "sigsync.configMap" . | quote }}
{{- if not .Values.existingConfigMap }}
config: {{ include "sigsync.config" . | toJson }}
{{- end }}
args: {{ toJson (default list .Values.extraArgs) }}
cache: {{ eq true (.Values.cache).enabled }}
shards: {{ include "sigsync.shards" . }}
{{- if (.Values.report).enabled }}
report: {{ default (include "sigsync.fullname" .) .Values.report.name | quote }}
{{- end }}
{{- end -}}

{{/* Audits beside the rest. */}}
{{- define "sigsync.auditRun" -}}
{{- $existing := default .Values.existingConfigMap .Values.audit.existingConfigMap -}}
command: audit
configMap: {{ default (include "sigsync.fullname" .) $existing | quote }}
{{- if $existing }}
file: sigsync.yaml
{{- else }}
file: audit.yaml
config: {{ include "sigsync.auditConfig" . | toJson }}
{{- end }}
args: {{ toJson (default list .Values.audit.extraArgs) }}
cache: false
shards: 1
{{- if (.Values.report).enabled }}
report: {{ default (include "sigsync.auditName" .) .Values.audit.reportName | quote }}
{{- end }}
{{- end -}}

{{/* What helm test runs, with the main object's configuration. It leaves no report, and needs no cache. */}}
{{- define "sigsync.doctorRun" -}}
{{- $run := include "sigsync.mainRun" . | fromYaml -}}
{{- $run = omit $run "report" -}}
{{- $_ := set $run "command" "doctor" -}}
{{- $_ := set $run "args" (default list .Values.test.extraArgs) -}}
{{- $_ := set $run "cache" false -}}
{{- $_ := set $run "shards" 1 -}}
{{- toYaml $run -}}
{{- end -}}

{{/* How many pods share the work of the Job. */}}
{{- define "sigsync.shards" -}}
{{- $shards := 1 -}}
{{- if eq .Values.kind "Job" -}}
{{- $shards = int (default 1 (.Values.job).shards) -}}
{{- end -}}
{{- if and (gt $shards 1) (semverCompare "<1.29.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "job.shards needs Kubernetes 1.29, where a Job counts the tries of each shard: this is %s" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $shards -}}
{{- end -}}
