{{/*
The keys of the configuration that hold a secret as it is, in the order of their names with commas between them; nothing where each is
a file or a variable. A URL of notify has its secret within, and of a URL it is not known here.
*/}}
{{- define "sigsync.openSecrets" -}}
{{- $open := list -}}
{{- if not .Values.existingConfigMap -}}
{{- $open = include "sigsync.openSecretsOf" (list "config" .Values.config) | fromJsonArray -}}
{{- end -}}
{{- if (.Values.audit).enabled -}}
{{- $open = concat $open (include "sigsync.openSecretsOf" (list "audit.config" (default dict .Values.audit.config)) | fromJsonArray) -}}
{{- end -}}
{{- join ", " $open -}}
{{- end -}}

{{/* The same of one configuration, as a JSON list: called with its name and itself. */}}
{{- define "sigsync.openSecretsOf" -}}
{{- $name := index . 0 -}}
{{- $held := dict -}}
{{- range $server, $of := (index . 1).servers -}}
{{- range $key := list "password" "token" -}}
{{- $_ := set $held (printf "%s.servers.%s.auth.%s" $name $server $key) (index (default dict $of.auth) $key) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $held (printf "%s.serve.webhook.secret" $name) (((index . 1).serve).webhook).secret -}}
{{- $open := list -}}
{{- range $key, $value := $held -}}
{{- if and $value (not (contains "${" (toString $value))) -}}
{{- $open = append $open $key -}}
{{- end -}}
{{- end -}}
{{- toJson $open -}}
{{- end -}}
