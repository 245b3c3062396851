{{/*
The template of a run's pods: called with root and run. The chart's version is not on them: another chart that does the same would
make new pods of a Deployment, and run a Job again.
*/}}
{{- define "sigsync.pod" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- omit (include "sigsync.labels" (list .root .run.command $values.podLabels) | fromYaml) "helm.sh/chart" | toYaml | nindent 4 }}
  {{- with include "sigsync.podAnnotations" . | fromYaml }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "sigsync.podSpec" . | nindent 2 }}
{{- end -}}

{{/* A pod of the Deployment is made anew when its configuration changes. */}}
{{- define "sigsync.podAnnotations" -}}
{{- $annotations := dict -}}
{{- with .run.config -}}
{{- $annotations = dict "checksum/config" (sha256sum .) -}}
{{- end -}}
{{- $annotations = merge $annotations (default dict .root.Values.podAnnotations) -}}
{{- if eq .run.command "serve" -}}
{{- $annotations = merge $annotations (include "sigsync.scrapeAnnotations" .root | fromYaml) -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}

{{/* Containers beside that of a Deployment go on for ever, and a pod that is to end would not. */}}
{{- define "sigsync.podSpec" -}}
{{- $values := .root.Values -}}
automountServiceAccountToken: false
enableServiceLinks: false
serviceAccountName: {{ include "sigsync.serviceAccount" .root | quote }}
restartPolicy: {{ ternary "Always" "Never" (eq .run.command "serve") }}
terminationGracePeriodSeconds: {{ include "sigsync.terminationGracePeriodSeconds" . }}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $values.podSecurityContext | nindent 2 }}
{{- with $values.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - {{ include "sigsync.container" . | nindent 4 | trim }}
  {{- if or (eq .run.command "serve") (and (ne $values.kind "Deployment") (ne .run.command "doctor")) }}
  {{- with $values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- end }}
volumes:
  {{- include "sigsync.volumes" . | nindent 2 }}
{{- with include "sigsync.placement" .root }}
{{ . }}
{{- end }}
{{- end -}}

{{/* What of the pod's specification is taken as it is. */}}
{{- define "sigsync.placement" -}}
{{- $placement := dict -}}
{{- $keys := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" "priorityClassName" "runtimeClassName" "schedulerName" -}}
{{- range $key := concat $keys (list "dnsPolicy" "dnsConfig" "hostAliases") -}}
{{- with index $.Values $key -}}
{{- $_ := set $placement $key . -}}
{{- end -}}
{{- end -}}
{{- with $placement -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
