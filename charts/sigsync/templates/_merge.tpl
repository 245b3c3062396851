{{/*
The commands that make one report of those of all shards, in a pod with their volume: the image has no shell that would find them,
so each is named. It starts where, and as, the pods of the Job do.
*/}}
{{- define "sigsync.mergeCommand" -}}
{{- $run := include "sigsync.mainRun" . | fromYaml -}}
{{- $args := list "report" "merge" -}}
{{- range $file := include "sigsync.reports" (dict "root" . "run" $run) | fromJsonArray -}}
{{- if hasSuffix ".json" $file -}}
{{- range $shard := until (int $run.shards) -}}
{{- $args = append $args (replace "$(JOB_COMPLETION_INDEX)" (toString $shard) $file) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $mount := dict "name" "reports" "mountPath" .Values.report.mountPath -}}
{{- $container := dict "name" "merge" "image" (include "sigsync.image" .) "imagePullPolicy" .Values.image.pullPolicy "args" $args "volumeMounts" (list $mount) "securityContext" .Values.securityContext "resources" .Values.resources -}}
{{- $name := printf "%s-merge" (include "sigsync.jobName" .) -}}
{{- $claim := dict "claimName" (include "sigsync.reportClaim" .) -}}
{{- $volumes := list (dict "name" "reports" "persistentVolumeClaim" $claim) -}}
{{- $spec := dict "containers" (list $container) "volumes" $volumes "securityContext" .Values.podSecurityContext "serviceAccountName" (include "sigsync.serviceAccount" .) "automountServiceAccountToken" false -}}
{{- with .Values.image.pullSecrets -}}
{{- $_ := set $spec "imagePullSecrets" . -}}
{{- end -}}
{{- $spec = merge $spec (include "sigsync.placement" . | fromYaml) -}}
kubectl --namespace {{ .Release.Namespace }} run {{ $name }} --restart=Never --image={{ include "sigsync.image" . }} \
    --overrides='{{ dict "spec" $spec | toJson | replace "'" "'\\''" }}'
  kubectl --namespace {{ .Release.Namespace }} wait --for=jsonpath='{.status.phase}'=Succeeded --timeout=5m pod/{{ $name }}
  kubectl --namespace {{ .Release.Namespace }} logs pod/{{ $name }}
  kubectl --namespace {{ .Release.Namespace }} delete pod/{{ $name }}
{{- end -}}
