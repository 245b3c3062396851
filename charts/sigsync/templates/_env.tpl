{{/* Variables of a run: called with root and run. The user's come last, for the last of a name wins. */}}
{{- define "sigsync.env" -}}
{{- $values := .root.Values -}}
{{- $env := list -}}
{{- if contains "$(POD_NAME)" (default "" .run.report) -}}
{{- $env = append $env (dict "name" "POD_NAME" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name"))) -}}
{{- end -}}
{{- if and (include "sigsync.caSource" .root) $values.ca.everywhere -}}
{{- $env = append $env (dict "name" "SSL_CERT_FILE" "value" (printf "%s/ca.crt" $values.ca.mountPath)) -}}
{{- end -}}
{{- if $values.credentials.existingSecret -}}
{{- range $variable, $key := $values.credentials.env -}}
{{- $ref := dict "name" $values.credentials.existingSecret "key" $key -}}
{{- $env = append $env (dict "name" $variable "valueFrom" (dict "secretKeyRef" $ref)) -}}
{{- end -}}
{{- end -}}
{{- with concat $env (default list $values.extraEnv) -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{- define "sigsync.envFrom" -}}
{{- $from := list -}}
{{- if and .Values.credentials.existingSecret .Values.credentials.envFrom -}}
{{- $from = append $from (dict "secretRef" (dict "name" .Values.credentials.existingSecret)) -}}
{{- end -}}
{{- with concat $from (default list .Values.extraEnvFrom) -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
