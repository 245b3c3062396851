{{/*
The ports that sigsync goes out to, as a sorted JSON list: of servers, their proxies and realms, of the Pushgateway, of who is
notified, of proxies and traces that extraEnv names, and networkPolicy.ports.
*/}}
{{- define "sigsync.egressPorts" -}}
{{- $urls := include "sigsync.environmentURLs" . | fromJsonArray -}}
{{- if not .Values.existingConfigMap -}}
{{- $urls = concat $urls (include "sigsync.configURLs" (list .Values.config (.Values.audit).enabled (.Values.audit).config) | fromJsonArray) -}}
{{- end -}}
{{- $ports := list -}}
{{- range .Values.networkPolicy.ports -}}
{{- $ports = append $ports (int .) -}}
{{- end -}}
{{- if and .Values.existingConfigMap (not $ports) -}}
{{- fail "networkPolicy does not know the servers of existingConfigMap: name their ports in networkPolicy.ports" -}}
{{- end -}}
{{- range $urls -}}
{{- $port := include "sigsync.urlPort" . -}}
{{- if $port -}}
{{- $ports = append $ports (int $port) -}}
{{- else if not $.Values.networkPolicy.ports -}}
{{- fail (printf "networkPolicy cannot tell the port of %q: name it in networkPolicy.ports" .) -}}
{{- end -}}
{{- end -}}
{{- $names := dict -}}
{{- range $ports -}}
{{- $_ := set $names (printf "%05d" .) . -}}
{{- end -}}
{{- $sorted := list -}}
{{- range $_, $port := $names -}}
{{- $sorted = append $sorted $port -}}
{{- end -}}
{{- toJson $sorted -}}
{{- end -}}

{{/* The port of a URL; empty where a variable hides it. */}}
{{- define "sigsync.urlPort" -}}
{{- $authority := regexFind `^https?://[^/?#]*` . | trimPrefix "https://" | trimPrefix "http://" | regexFind `[^@]*$` -}}
{{- if and $authority (not (contains "$" $authority)) -}}
{{- default (ternary "80" "443" (hasPrefix "http://" .)) (regexFind `:[0-9]+$` $authority | trimPrefix ":") -}}
{{- end -}}
{{- end -}}

{{/* What a configuration has sigsync talk to, as a JSON list of URLs: called with config, and whether and what audits have instead. */}}
{{- define "sigsync.configURLs" -}}
{{- $config := index . 0 -}}
{{- $urls := list -}}
{{- range $config.servers -}}
{{- $urls = append $urls .url -}}
{{- with .proxy -}}
{{- $urls = append $urls . -}}
{{- end -}}
{{- range (.auth).realm_hosts -}}
{{- $urls = append $urls (printf "https://%s" .) -}}
{{- end -}}
{{- end -}}
{{- with ($config.metrics).pushgateway -}}
{{- $urls = append $urls . -}}
{{- end -}}
{{- range $config.notify -}}
{{- $url := default "" .url -}}
{{- $urls = append $urls (ternary $url "https://secret" (hasPrefix "http" $url)) -}}
{{- end -}}
{{- if index . 1 -}}
{{- $urls = concat $urls (include "sigsync.configURLs" (list (default dict (index . 2)) false dict) | fromJsonArray) -}}
{{- end -}}
{{- toJson $urls -}}
{{- end -}}

{{/* The same of the environment; a variable whose value is in a Secret or a ConfigMap stands for itself. */}}
{{- define "sigsync.environmentURLs" -}}
{{- $urls := list -}}
{{- $address := `(?i)^(https?_proxy|OTEL_EXPORTER_OTLP_.*ENDPOINT)$` -}}
{{- range .Values.extraEnv -}}
{{- if regexMatch $address .name -}}
{{- if .value -}}
{{- $urls = append $urls (ternary .value (printf "http://%s" .value) (contains "://" .value)) -}}
{{- else if .valueFrom -}}
{{- $urls = append $urls .name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.credentials.env -}}
{{- if regexMatch $address $name -}}
{{- $urls = append $urls $name -}}
{{- end -}}
{{- end -}}
{{- toJson $urls -}}
{{- end -}}
