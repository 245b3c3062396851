{{/* What a Deployment finds its pods by: it cannot be changed. A name may be a number, which YAML would take for one. */}}
{{- define "sigsync.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The pods that listen: those of audits and of helm test have the same name and instance. */}}
{{- define "sigsync.serveLabels" -}}
{{ include "sigsync.selectorLabels" . }}
app.kubernetes.io/component: serve
{{- end -}}

{{/* Labels of an object: called with the root, its component or "", and maps of the user's, of which the first wins. The chart's own stay. */}}
{{- define "sigsync.labels" -}}
{{- $root := index . 0 -}}
{{- $labels := include "sigsync.selectorLabels" $root | fromYaml -}}
{{- with index . 1 -}}
{{- $_ := set $labels "app.kubernetes.io/component" . -}}
{{- end -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $labels "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- range slice . 2 -}}
{{- $labels = merge $labels (default dict .) -}}
{{- end -}}
{{- toYaml (merge $labels (default dict $root.Values.commonLabels)) -}}
{{- end -}}

{{/* Annotations of an object with their key, or nothing: called with the root and maps, of which the first wins. */}}
{{- define "sigsync.annotations" -}}
{{- $root := index . 0 -}}
{{- $annotations := dict -}}
{{- range rest . -}}
{{- $annotations = merge $annotations (default dict .) -}}
{{- end -}}
{{- with merge $annotations (default dict $root.Values.commonAnnotations) -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* The metadata of an object: called with root, name, component, labels and annotations (lists of maps). */}}
{{- define "sigsync.metadata" -}}
name: {{ .name | quote }}
labels:
  {{- include "sigsync.labels" (concat (list .root (default "" .component)) (default list .labels)) | nindent 2 }}
{{- with include "sigsync.annotations" (concat (list .root) (default list .annotations)) }}
{{ . }}
{{- end }}
{{- end -}}
