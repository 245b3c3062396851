{{/*
The volumes of a run's pod: called with root and run. None is for /tmp: sigsync writes beside the file that it is to become, and
nowhere else.
*/}}
{{- define "sigsync.volumes" -}}
{{- $values := .root.Values -}}
- name: config
  configMap:
    name: {{ .run.configMap | quote }}
{{- if include "sigsync.credentialFiles" .root }}
- name: credentials
  secret:
    secretName: {{ $values.credentials.existingSecret | quote }}
    defaultMode: 0440
{{- end }}
{{- with $values.credentials.serviceAccountToken }}
{{- if .enabled }}
- name: identity
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          path: token
          audience: {{ required "credentials.serviceAccountToken needs an audience: without one the token would be good for the Kubernetes API" .audience | quote }}
          expirationSeconds: {{ int64 .expirationSeconds }}
{{- end }}
{{- end }}
{{- with include "sigsync.caSource" .root }}
- name: ca
  {{- . | nindent 2 }}
{{- end }}
{{- if eq .run.command "serve" }}
{{- with include "sigsync.webhookSecret" .root }}
- name: webhook
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
    items:
      - key: {{ $values.webhook.key | quote }}
        path: secret
{{- end }}
{{- end }}
{{- if .run.report }}
- name: reports
  persistentVolumeClaim:
    claimName: {{ include "sigsync.reportClaim" .root | quote }}
{{- end }}
{{- if .run.cache }}
- name: cache
  {{- include "sigsync.cacheSource" .root | nindent 2 }}
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Where its container has them: called with root and run. */}}
{{- define "sigsync.volumeMounts" -}}
{{- $values := .root.Values -}}
- name: config
  mountPath: /etc/sigsync
  readOnly: true
{{- if include "sigsync.credentialFiles" .root }}
- name: credentials
  mountPath: {{ $values.credentials.mountPath }}
  readOnly: true
{{- end }}
{{- if ($values.credentials.serviceAccountToken).enabled }}
- name: identity
  mountPath: {{ $values.credentials.serviceAccountToken.mountPath }}
  readOnly: true
{{- end }}
{{- if include "sigsync.caSource" .root }}
- name: ca
  mountPath: {{ $values.ca.mountPath }}
  readOnly: true
{{- end }}
{{- if and (eq .run.command "serve") (include "sigsync.webhookSecret" .root) }}
- name: webhook
  mountPath: {{ $values.webhook.mountPath }}
  readOnly: true
{{- end }}
{{- if .run.report }}
- name: reports
  mountPath: {{ $values.report.mountPath }}
{{- end }}
{{- if .run.cache }}
- name: cache
  mountPath: {{ $values.cache.mountPath }}
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Says something where the keys of the Secret become files. */}}
{{- define "sigsync.credentialFiles" -}}
{{- if and .Values.credentials.existingSecret .Values.credentials.files -}}
yes
{{- end -}}
{{- end -}}

{{/* What the volume with an own authority's certificates is made of; empty where there is none. */}}
{{- define "sigsync.caSource" -}}
{{- with .Values.ca -}}
{{- if and .existingSecret .existingConfigMap -}}
{{- fail "ca.existingSecret and ca.existingConfigMap are two places for one thing: take one" -}}
{{- end -}}
{{- if .existingSecret -}}
secret:
  secretName: {{ .existingSecret | quote }}
  {{- include "sigsync.caItem" . | nindent 2 }}
{{- else if .existingConfigMap -}}
configMap:
  name: {{ .existingConfigMap | quote }}
  {{- include "sigsync.caItem" . | nindent 2 }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "sigsync.caItem" -}}
items:
  - key: {{ .key | quote }}
    path: ca.crt
{{- end -}}
