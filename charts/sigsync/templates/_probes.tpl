{{/* Where the container answers. Nothing waits for the first run: serve listens before it, and is ready once a server answered. */}}
{{- define "sigsync.probes" -}}
{{- with include "sigsync.openPort" . -}}
ports:
  - name: http
    containerPort: {{ . }}
    protocol: TCP
{{- with $.Values.livenessProbe }}
livenessProbe:
  httpGet:
    path: /healthz
    port: http
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $.Values.readinessProbe }}
readinessProbe:
  httpGet:
    path: /readyz
    port: http
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}
