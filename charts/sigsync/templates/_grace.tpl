{{/*
Seconds from SIGTERM to SIGKILL, for root and run. After serve.grace a Deployment needs up to 40 more: 30 until everybody is told
how the run ended, 5 for answers and 5 for traces.
*/}}
{{- define "sigsync.terminationGracePeriodSeconds" -}}
{{- if not (kindIs "invalid" .root.Values.terminationGracePeriodSeconds) -}}
{{- int64 .root.Values.terminationGracePeriodSeconds -}}
{{- else if eq .run.command "serve" -}}
{{- add 45 (include "sigsync.grace" .root) -}}
{{- else -}}
60
{{- end -}}
{{- end -}}

{{/* The whole seconds of serve.grace. */}}
{{- define "sigsync.grace" -}}
{{- $grace := toString (default "30s" (include "sigsync.ownServe" . | fromYaml).grace) -}}
{{- if not (regexMatch `^([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$` $grace) -}}
{{- fail (printf "config.serve.grace %q is not a duration such as 30s: set terminationGracePeriodSeconds too, to some seconds more" $grace) -}}
{{- end -}}
{{- $from := toDate "2006-01-02" "2000-01-01" -}}
{{- sub ($from | mustDateModify $grace | unixEpoch) ($from | unixEpoch) -}}
{{- end -}}
