{{/*
The groups of files/alerts.yaml without those that are disabled, and the user's rules: called with the root and metrics.prometheusRule.
Prometheus has templates of its own in the annotations: the file is read, and not rendered.
*/}}
{{- define "sigsync.alerts" -}}
{{- $values := index . 1 -}}
{{- $disabled := default list $values.disabled -}}
{{- $groups := list -}}
{{- range ((index . 0).Files.Get "files/alerts.yaml" | fromYaml).groups -}}
{{- $rules := list -}}
{{- range .rules -}}
{{- if has .alert $disabled -}}
{{- $disabled = without $disabled .alert -}}
{{- else -}}
{{- $rules = append $rules . -}}
{{- end -}}
{{- end -}}
{{- with concat $rules (default list $values.extraRules) -}}
{{- $groups = append $groups (dict "name" "sigsync" "rules" .) -}}
{{- end -}}
{{- end -}}
{{- with $disabled -}}
{{- fail (printf "metrics.prometheusRule.disabled has no alert called %s" (join ", " .)) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}
