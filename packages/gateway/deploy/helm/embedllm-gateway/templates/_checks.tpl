{{/* What would install, and then not do what was meant. */}}
{{- define "gateway.checks" -}}
{{- $server := .Values.configuration.server -}}
{{- $needed := add (div (add $server.drainMs $server.shutdownTimeoutMs) 1000) 2 -}}
{{- if lt (int .Values.terminationGracePeriodSeconds) (int $needed) -}}
{{- fail (printf "terminationGracePeriodSeconds must be at least %d: configuration.server.drainMs and shutdownTimeoutMs, and 2 seconds." $needed) -}}
{{- end -}}
{{- $several := or .Values.autoscaling.enabled (gt (int .Values.replicas) 1) -}}
{{- $limits := default dict .Values.configuration.limits -}}
{{- if and (or $several (include "gateway.cluster" .)) $limits.ledger -}}
{{- fail "configuration.limits.ledger is a file of one gateway. Set replicas to 1, autoscaling.enabled to false and no cluster, or leave it out." -}}
{{- end -}}
{{- $limited := false -}}
{{- range (default list .Values.configuration.authentication.keys) -}}
{{- if .limits -}}{{- $limited = true -}}{{- end -}}
{{- end -}}
{{- if and $several $limited (not (include "gateway.cluster" .)) (not .Values.limitsPerReplica) -}}
{{- fail "Each replica keeps the limits of keys by itself, so that several allow a key as many times its limits. Set cluster.redis or cluster.existingSecret to share them, replicas to 1, or limitsPerReplica to true where that is meant." -}}
{{- end -}}
{{- if and .Values.cluster.caSecret (not (include "gateway.cluster" .)) -}}
{{- fail "cluster.caSecret needs cluster.redis or cluster.existingSecret." -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas must not exceed autoscaling.maxReplicas." -}}
{{- end -}}
{{- if not (or .Values.artifact.volume .Values.extraVolumeMounts) -}}
{{- fail "Set artifact.volume to where the trained artifact is, such as { persistentVolumeClaim: { claimName: artifact } }." -}}
{{- end -}}
{{- end -}}
