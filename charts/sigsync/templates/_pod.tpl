{{- define "sigsync.pod" -}}
metadata:
  labels:
    {{- include "sigsync.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- $checksum := dict }}
  {{- if not .Values.existingConfigMap }}
  {{- $checksum = dict "checksum/config" (include "sigsync.config" . | sha256sum) }}
  {{- end }}
  {{- with merge $checksum .Values.podAnnotations (include "sigsync.scrapeAnnotations" . | fromYaml) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  serviceAccountName: {{ include "sigsync.serviceAccount" . }}
  restartPolicy: {{ ternary "Never" "Always" (eq .Values.kind "CronJob") }}
  terminationGracePeriodSeconds: {{ include "sigsync.terminationGracePeriodSeconds" . }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - {{ include "sigsync.container" . | nindent 6 | trim }}
  volumes:
    - name: config
      configMap:
        name: {{ include "sigsync.configMap" . }}
    {{- if and .Values.credentials.existingSecret .Values.credentials.files }}
    - name: credentials
      secret:
        secretName: {{ .Values.credentials.existingSecret }}
        defaultMode: 0440
    {{- end }}
    {{- with include "sigsync.webhookSecret" . }}
    - name: webhook
      secret:
        secretName: {{ . }}
        defaultMode: 0440
        items:
          - key: {{ $.Values.webhook.key }}
            path: secret
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
