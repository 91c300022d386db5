{{/* Each insecure or unwise choice of the values, one line each. */}}
{{- define "scim-gateway.warnings" -}}
{{- $values := .Values -}}
{{- $warnings := list -}}
{{- range $path, $value := dict
  "collate.token.value" $values.collate.token.value
  "scim.token.value" $values.scim.token.value
  "tracing.headers.value" $values.tracing.headers.value
  "redis.url.value" $values.redis.url.value
  "redis.auth.password.value" $values.redis.auth.password.value
  "redis.sentinel.auth.password.value" $values.redis.sentinel.auth.password.value
  "redis.development.password" $values.redis.development.password
-}}
{{- if $value -}}
{{- $warnings = append $warnings (printf "%s is a secret in plain values, which helm stores with the release: use a secretRef or existingSecret." $path) -}}
{{- end -}}
{{- end -}}
{{- if eq $values.redis.mode "development" -}}
{{- $warnings = append $warnings "redis.mode is development: a single Redis without persistence. Configure your own Redis for production." -}}
{{- else if eq $values.redis.mode "none" -}}
{{- $warnings = append $warnings "redis.mode is none: with one replica, every update interrupts the service." -}}
{{- else if not (or $values.redis.tls.enabled (include "scim-gateway.secret.of" (list . "REDIS_URL_FILE"))) -}}
{{- $warnings = append $warnings "redis.tls.enabled is false: cached data about users travels unencrypted." -}}
{{- end -}}
{{- if and (ne $values.redis.mode "none") (eq (include "scim-gateway.replicas.fewest" . | int) 1) -}}
{{- $warnings = append $warnings (printf "%s is 1: while that pod is down, identity providers get no answer." ($values.hpa.enabled | ternary "hpa.minReplicas" "replicaCount")) -}}
{{- end -}}
{{- if and $values.ingress.enabled (not $values.ingress.tls) -}}
{{- $warnings = append $warnings "ingress.tls is empty: tokens travel unencrypted, unless a proxy in front of the Ingress terminates TLS. Entra ID accepts only https://." -}}
{{- end -}}
{{- if hasPrefix "http://" (include "scim-gateway.publicUrl" .) -}}
{{- if not (or $values.ingress.enabled $values.gateway.enabled) -}}
{{- $warnings = append $warnings "Neither ingress.enabled nor gateway.enabled is true: identity providers outside the cluster need one of them, or config.publicUrl with your own exposure." -}}
{{- end -}}
{{- end -}}
{{- if not $values.serviceMonitor.enabled -}}
{{- $warnings = append $warnings "serviceMonitor.enabled is false: the gateway is not scraped, unless your Prometheus discovers it in another way." -}}
{{- end -}}
{{- if not $values.prometheusRules.enabled -}}
{{- $warnings = append $warnings "prometheusRules.enabled is false: no alert fires when the gateway fails." -}}
{{- end -}}
{{- if not $values.networkPolicy.enabled -}}
{{- $warnings = append $warnings "networkPolicy.enabled is false: every pod of the cluster can reach the metrics and the read-only switch." -}}
{{- end -}}
{{- if lt (int $values.config.shutdownGraceMs) (int $values.config.requestDeadlineMs) -}}
{{- $warnings = append $warnings "config.shutdownGraceMs is less than config.requestDeadlineMs: the longest requests are cut off when a pod stops." -}}
{{- end -}}
{{- if $values.config.readOnly -}}
{{- $warnings = append $warnings "config.readOnly is true: every write is refused." -}}
{{- end -}}
{{- if $values.serviceAccount.automount -}}
{{- $warnings = append $warnings "serviceAccount.automount is true: the gateway does not need the cluster's API." -}}
{{- end -}}
{{- range $warnings }}
! {{ . }}
{{- end }}
{{- end -}}
