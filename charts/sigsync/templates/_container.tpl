{{- define "sigsync.container" -}}
name: sigsync
image: {{ include "sigsync.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - {{ ternary "serve" .Values.mode (eq .Values.kind "Deployment") }}
  - --config
  - /etc/sigsync/sigsync.yaml
  {{- with .Values.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $secret := .Values.credentials.existingSecret }}
{{- if or (and $secret .Values.credentials.env) .Values.extraEnv }}
env:
  {{- if $secret }}
  {{- range $variable, $key := .Values.credentials.env }}
  - name: {{ $variable }}
    valueFrom:
      secretKeyRef:
        name: {{ $secret }}
        key: {{ $key }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- if and $secret .Values.credentials.envFrom }}
envFrom:
  - secretRef:
      name: {{ $secret }}
{{- end }}
{{- with include "sigsync.probes" . }}
{{ . }}
{{- end }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  - name: config
    mountPath: /etc/sigsync
    readOnly: true
  {{- if and $secret .Values.credentials.files }}
  - name: credentials
    mountPath: {{ .Values.credentials.mountPath }}
    readOnly: true
  {{- end }}
  {{- if include "sigsync.webhookSecret" . }}
  - name: webhook
    mountPath: {{ .Values.webhook.mountPath }}
    readOnly: true
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
