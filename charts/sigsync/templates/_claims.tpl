{{- define "sigsync.reportClaim" -}}
{{- default (printf "%s-reports" (include "sigsync.fullname" .)) .Values.report.existingClaim -}}
{{- end -}}

{{/* What the cache's volume is made of. */}}
{{- define "sigsync.cacheSource" -}}
{{- with .Values.cache -}}
{{- if or .existingClaim .claim.enabled -}}
persistentVolumeClaim:
  claimName: {{ default (printf "%s-cache" (include "sigsync.fullname" $)) .existingClaim | quote }}
{{- else -}}
emptyDir:
  sizeLimit: {{ .claim.size | quote }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A PersistentVolumeClaim: called with root, name and claim. */}}
{{- define "sigsync.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict (eq true .claim.keep) }}
  {{- include "sigsync.metadata" (dict "root" .root "name" .name "annotations" (list .claim.annotations $keep)) | nindent 2 }}
spec:
  accessModes:
    {{- toYaml .claim.accessModes | nindent 4 }}
  {{- if not (kindIs "invalid" .claim.storageClassName) }}
  storageClassName: {{ .claim.storageClassName | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ .claim.size | quote }}
{{- end -}}
