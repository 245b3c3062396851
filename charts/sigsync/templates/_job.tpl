{{/*
What a Job does: called with root, run, and limits, the values of that Job. A shard's tries are its own, and what ends one for
good, as exit code 3 does, does not end the others; a wrong configuration (2) is wrong for all.
*/}}
{{- define "sigsync.job" -}}
{{- $indexed := gt (int .run.shards) 1 -}}
{{- if $indexed -}}
completionMode: Indexed
completions: {{ .run.shards }}
parallelism: {{ int (default .run.shards .root.Values.job.parallelism) }}
backoffLimitPerIndex: {{ int .limits.backoffLimit }}
{{- else -}}
backoffLimit: {{ int .limits.backoffLimit }}
{{- end }}
{{- with .limits.activeDeadlineSeconds }}
activeDeadlineSeconds: {{ int64 . }}
{{- end }}
{{- if not (kindIs "invalid" .limits.ttlSecondsAfterFinished) }}
ttlSecondsAfterFinished: {{ int64 .limits.ttlSecondsAfterFinished }}
{{- end }}
podFailurePolicy:
  {{- with .root.Values.podFailurePolicy }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  rules:
    # Wrong configuration, and states that another run would find again.
    {{- if $indexed }}
    - {{ include "sigsync.onExitCodes" (list "FailJob" 2) | nindent 6 | trim }}
    - {{ include "sigsync.onExitCodes" (list "FailIndex" 3) | nindent 6 | trim }}
    {{- else }}
    - {{ include "sigsync.onExitCodes" (list "FailJob" 2 3) | nindent 6 | trim }}
    {{- end }}
    # A drained node is no failure of the run.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
  {{- end }}
template:
  {{- include "sigsync.pod" . | nindent 2 }}
{{- end -}}

{{/* A rule of podFailurePolicy: called with the action and the exit codes. */}}
{{- define "sigsync.onExitCodes" -}}
action: {{ first . }}
onExitCodes:
  containerName: sigsync
  operator: In
  values: {{ rest . | toJson }}
{{- end -}}

{{/* A CronJob: called with root, name, run and limits. */}}
{{- define "sigsync.cronJob" -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "sigsync.metadata" (dict "root" .root "name" .name "component" .run.command "annotations" (list .root.Values.annotations)) | nindent 2 }}
spec:
  schedule: {{ .limits.schedule | quote }}
  timeZone: {{ .limits.timeZone | quote }}
  suspend: {{ .limits.suspend }}
  concurrencyPolicy: {{ .limits.concurrencyPolicy }}
  {{- with .limits.startingDeadlineSeconds }}
  startingDeadlineSeconds: {{ int64 . }}
  {{- end }}
  successfulJobsHistoryLimit: {{ int .limits.successfulJobsHistoryLimit }}
  failedJobsHistoryLimit: {{ int .limits.failedJobsHistoryLimit }}
  jobTemplate:
    metadata:
      labels:
        {{- include "sigsync.labels" (list .root .run.command .root.Values.jobLabels) | nindent 8 }}
      {{- with include "sigsync.annotations" (list .root .root.Values.jobAnnotations) }}
      {{- . | nindent 6 }}
      {{- end }}
    spec:
      {{- include "sigsync.job" . | nindent 6 }}
{{- end -}}

{{/* The values of a CronJob and its Jobs, as YAML: called with the root and a map, in which those that are not null win. */}}
{{- define "sigsync.limits" -}}
{{- $root := index . 0 -}}
{{- $own := index . 1 -}}
{{- $limits := dict -}}
{{- $schedule := list "schedule" "timeZone" "suspend" "concurrencyPolicy" "startingDeadlineSeconds" "successfulJobsHistoryLimit" "failedJobsHistoryLimit" -}}
{{- range $key := concat $schedule (list "backoffLimit" "activeDeadlineSeconds" "ttlSecondsAfterFinished") -}}
{{- $value := index $own $key -}}
{{- $_ := set $limits $key (ternary (index $root.Values $key) $value (kindIs "invalid" $value)) -}}
{{- end -}}
{{- toYaml $limits -}}
{{- end -}}

{{/* What the Job of kind Job does. */}}
{{- define "sigsync.mainJob" -}}
{{- $run := include "sigsync.mainRun" . | fromYaml -}}
{{- include "sigsync.job" (dict "root" . "run" $run "limits" (include "sigsync.limits" (list . dict) | fromYaml)) -}}
{{- end -}}

{{/*
Its name. Pods of an Indexed Job append their number and five letters more: 63 characters in all. A number in job.run is one of another
kind when Helm takes it from the release before.
*/}}
{{- define "sigsync.jobName" -}}
{{- $run := default "" (.Values.job).run -}}
{{- if not (kindIs "string" $run) -}}
{{- $run = int64 $run | toString -}}
{{- end -}}
{{- $hash := printf "%s %s" (include "sigsync.mainJob" .) $run | sha256sum | trunc 8 -}}
{{- printf "%s-%s" (include "sigsync.fullname" . | trunc 44 | trimSuffix "-") $hash -}}
{{- end -}}
