{{/* What sigsync.yaml says under serve, for a Deployment. */}}
{{- define "sigsync.serve" -}}
{{- $serve := include "sigsync.ownServe" . | fromYaml -}}
{{- $_ := set $serve "listen" (include "sigsync.listen" .) -}}
{{- if and .Values.webhook.existingSecret (not $serve.listen) -}}
{{- fail "webhook.existingSecret needs serve.listen: nothing is listened to, and events have nowhere to come to" -}}
{{- end -}}
{{- $webhook := default dict $serve.webhook -}}
{{- if and .Values.webhook.existingSecret (not (or $webhook.secret $webhook.secret_file)) -}}
{{- $webhook = set $webhook "secret_file" (printf "%s/secret" .Values.webhook.mountPath) -}}
{{- $_ := set $serve "webhook" $webhook -}}
{{- end -}}
{{- toYaml $serve -}}
{{- end -}}

{{/* The Secret that has the webhook's secret; empty where it is not mounted. */}}
{{- define "sigsync.webhookSecret" -}}
{{- if eq .Values.kind "Deployment" -}}
{{- .Values.webhook.existingSecret -}}
{{- end -}}
{{- end -}}

{{/* What the user says under serve, as far as it is known here. */}}
{{- define "sigsync.ownServe" -}}
{{- if not .Values.existingConfigMap -}}
{{- toYaml (default dict .Values.config.serve) -}}
{{- end -}}
{{- end -}}

{{/* Where serve listens. What a ConfigMap of the user's has is not known here: listen tells it. */}}
{{- define "sigsync.listen" -}}
{{- $own := (include "sigsync.ownServe" . | fromYaml).listen -}}
{{- ternary .Values.listen $own (kindIs "invalid" $own) -}}
{{- end -}}

{{/* The port that serve listens on; empty where it does not. */}}
{{- define "sigsync.port" -}}
{{- $listen := include "sigsync.listen" . -}}
{{- if and $listen (eq .Values.kind "Deployment") -}}
{{- if not (regexMatch `^([^\[\]:]*|\[[^\[\]]+\]):[1-9][0-9]{0,4}$` $listen) -}}
{{- fail (printf "serve.listen %q is not a host and port such as :8080: the probes and the Service need the port itself" $listen) -}}
{{- end -}}
{{- regexFind "[0-9]+$" $listen -}}
{{- end -}}
{{- end -}}

{{/* The same port where others than the pod itself reach it, as the probes have to: not on loopback. */}}
{{- define "sigsync.openPort" -}}
{{- if not (regexMatch `^(127\.|localhost:|\[::1\]:)` (include "sigsync.listen" .)) -}}
{{- include "sigsync.port" . -}}
{{- end -}}
{{- end -}}

{{/* The address of the Service, for what is in the cluster. */}}
{{- define "sigsync.address" -}}
{{ include "sigsync.fullname" . }}.{{ .Release.Namespace }}.svc:{{ .Values.service.port }}
{{- end -}}

{{/* Refuses an Ingress for a webhook that would answer 404. What a ConfigMap of the user's says is not known here. */}}
{{- define "sigsync.needsSecret" -}}
{{- $webhook := default dict (include "sigsync.serve" . | fromYaml).webhook -}}
{{- $through := dict -}}
{{- range .Values.ingress.paths -}}
{{- if hasPrefix "/webhooks/" .path -}}
{{- $_ := set $through "webhook" true -}}
{{- end -}}
{{- end -}}
{{- if and $through.webhook (not (or .Values.existingConfigMap $webhook.secret $webhook.secret_file)) -}}
{{- fail "ingress lets the webhook through, which answers 404 without a secret: set webhook.existingSecret" -}}
{{- end -}}
{{- end -}}
