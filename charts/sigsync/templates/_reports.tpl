{{/* The files that a run leaves its report in, as a JSON list: called with root and run. Each shard has files of its own. */}}
{{- define "sigsync.reports" -}}
{{- $files := list -}}
{{- $name := .run.report -}}
{{- if and $name (gt (int .run.shards) 1) (not (contains "$(JOB_COMPLETION_INDEX)" $name)) -}}
{{- $name = printf "%s-$(JOB_COMPLETION_INDEX)" $name -}}
{{- end -}}
{{- if $name -}}
{{- range .root.Values.report.formats -}}
{{- $files = append $files (printf "%s/%s.%s" $.root.Values.report.mountPath $name .) -}}
{{- end -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}
