{{/* Checks that JSON Schema cannot express. Each message names the value, and states what is accepted. */}}
{{- define "scim-gateway.validate" -}}
{{- include "scim-gateway.validate.secrets" . -}}
{{- include "scim-gateway.validate.redis" . -}}
{{- include "scim-gateway.validate.exposure" . -}}
{{- include "scim-gateway.validate.pods" . -}}
{{- end -}}

{{- define "scim-gateway.validate.secrets" -}}
{{- $values := .Values -}}
{{- $secrets := (include "scim-gateway.secrets" . | fromYaml).items -}}
{{- $given := list -}}
{{- range $secrets -}}
{{- $given = append $given .env -}}
{{- end -}}
{{- if and $values.existingSecret $values.externalSecret.enabled -}}
{{- fail "existingSecret is set and externalSecret.enabled is true: set only one of them; both name the Secret for everything." -}}
{{- end -}}
{{- if $values.externalSecret.enabled -}}
{{- if not (or $values.externalSecret.data $values.externalSecret.dataFrom) -}}
{{- fail "externalSecret.data and externalSecret.dataFrom are empty: set one of them to the entries to read from the store." -}}
{{- end -}}
{{- end -}}
{{- range $path, $pair := dict
  "collate.token" $values.collate.token
  "scim.token" $values.scim.token
  "scim.tokens" $values.scim.tokens
  "tracing.headers" $values.tracing.headers
  "redis.url" $values.redis.url
  "redis.auth.username" $values.redis.auth.username
  "redis.auth.password" $values.redis.auth.password
  "redis.sentinel.auth.username" $values.redis.sentinel.auth.username
  "redis.sentinel.auth.password" $values.redis.sentinel.auth.password
-}}
{{- if and $pair.secretRef $pair.value -}}
{{- fail (printf "%s.value and %s.secretRef are both set: remove the value, which is for development only." $path $path) -}}
{{- end -}}
{{- if and $pair.secretKey (not $pair.secretRef) -}}
{{- fail (printf "%s.secretKey is set without %s.secretRef: name the Secret, or use existingSecretKeys for a key of existingSecret." $path $path) -}}
{{- end -}}
{{- end -}}
{{- if not (or (has "COLLATE_TOKEN_FILE" $given) $values.config.acceptCollateBotToken) -}}
{{- fail "collate.token is not given: set existingSecret, or collate.token.secretRef and collate.token.secretKey, to a Secret with the JWT of the gateway's Collate bot (or collate.token.value, for development only)." -}}
{{- end -}}
{{- if not (or (has "SCIM_TOKEN_FILE" $given) (has "SCIM_TOKENS_FILE" $given) $values.config.acceptCollateBotToken) -}}
{{- fail "Neither scim.token nor scim.tokens is given: set existingSecret, or scim.token.secretRef, or scim.tokens.secretRef for a file of several tokens (or scim.token.value, for development only)." -}}
{{- end -}}
{{- end -}}

{{- define "scim-gateway.validate.redis" -}}
{{- $redis := .Values.redis -}}
{{- $most := include "scim-gateway.replicas.most" . | int -}}
{{- if eq $redis.mode "none" -}}
{{- if gt $most 1 -}}
{{- fail (printf "redis.mode is none, and %s is %d: without Redis, only one replica may write. Configure a Redis (redis.mode standalone, sentinel or cluster; development for a trial), or set one replica." (.Values.hpa.enabled | ternary "hpa.maxReplicas" "replicaCount") $most) -}}
{{- end -}}
{{- if eq .Values.strategy.type "RollingUpdate" -}}
{{- fail "strategy.type is RollingUpdate, and redis.mode is none: without Redis, two pods must not write at the same time. Leave strategy.type empty, or configure a Redis." -}}
{{- end -}}
{{- end -}}
{{- if and (eq $redis.mode "standalone") (not $redis.host) (not (include "scim-gateway.secret.of" (list . "REDIS_URL_FILE"))) -}}
{{- fail "redis.host is empty: name your Redis by redis.host or redis.url.secretRef, or set redis.mode to sentinel, cluster, development or none (with replicaCount 1)." -}}
{{- end -}}
{{- if and $redis.host (include "scim-gateway.secret.of" (list . "REDIS_URL_FILE")) (eq $redis.mode "standalone") -}}
{{- fail "redis.host and redis.url are both given: the URL contains the host, so remove redis.host." -}}
{{- end -}}
{{- if and (eq $redis.mode "sentinel") (not $redis.sentinel.masterName) -}}
{{- fail "redis.sentinel.masterName is empty: set it to the name of the master in the configuration of the sentinels, for example mymaster." -}}
{{- end -}}
{{- if and (eq $redis.mode "cluster") (int $redis.database) -}}
{{- fail (printf "redis.database is %d, and redis.mode is cluster: a cluster has database 0 only." (int $redis.database)) -}}
{{- end -}}
{{- if and $redis.tls.enabled (has $redis.mode (list "none" "development")) -}}
{{- fail (printf "redis.tls.enabled is true, and redis.mode is %s: this mode has no TLS. Disable redis.tls, or use another mode." $redis.mode) -}}
{{- end -}}
{{- if not $redis.tls.enabled -}}
{{- range list "caSecret" "clientCertSecret" "serverName" -}}
{{- if get $redis.tls . -}}
{{- fail (printf "redis.tls.%s is set, and redis.tls.enabled is false: enable redis.tls, or remove the value." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "scim-gateway.validate.exposure" -}}
{{- if and .Values.ingress.enabled .Values.gateway.enabled -}}
{{- fail "ingress.enabled and gateway.enabled are both true: choose one exposure and disable the other." -}}
{{- end -}}
{{- if .Values.gateway.enabled -}}
{{- if not (.Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1/HTTPRoute") -}}
{{- fail "gateway.enabled is true, but the cluster has no gateway.networking.k8s.io/v1 HTTPRoute: install the Gateway API, or use ingress.enabled (with helm template, pass --api-versions gateway.networking.k8s.io/v1/HTTPRoute)." -}}
{{- end -}}
{{- end -}}
{{- if eq (int .Values.containerPorts.http) (int .Values.containerPorts.management) -}}
{{- fail (printf "containerPorts.http and containerPorts.management are both %d: give them different ports." (int .Values.containerPorts.http)) -}}
{{- end -}}
{{- end -}}

{{- define "scim-gateway.validate.pods" -}}
{{- if and .Values.tracing.enabled (not .Values.tracing.endpoint) (not .Values.tracing.tracesEndpoint) -}}
{{- fail "tracing.enabled is true, and tracing.endpoint is empty: set it to the URL of the collector, for example http://collector.tracing.svc.cluster.local:4318." -}}
{{- end -}}
{{- $needed := add (int .Values.config.drainDelayMs) (int .Values.config.shutdownGraceMs) -}}
{{- if le (mul (int .Values.terminationGracePeriodSeconds) 1000) $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, which is not more than config.drainDelayMs and config.shutdownGraceMs together (%d ms): requests would be cut off. Raise the first, or lower the others." (int .Values.terminationGracePeriodSeconds) $needed) -}}
{{- end -}}
{{- if and .Values.hpa.enabled (gt (int .Values.hpa.minReplicas) (int .Values.hpa.maxReplicas)) -}}
{{- fail (printf "hpa.minReplicas is %d, more than hpa.maxReplicas, %d: lower it, or raise the maximum." (int .Values.hpa.minReplicas) (int .Values.hpa.maxReplicas)) -}}
{{- end -}}
{{- if gt (int .Values.config.pageDefault) (int .Values.config.pageMax) -}}
{{- fail (printf "config.pageDefault is %d, more than config.pageMax, %d: lower it, or raise the maximum." (int .Values.config.pageDefault) (int .Values.config.pageMax)) -}}
{{- end -}}
{{- if and .Values.extraCaCertificates.configMapRef .Values.extraCaCertificates.secretRef -}}
{{- fail "extraCaCertificates.configMapRef and extraCaCertificates.secretRef are both set: remove one of them." -}}
{{- end -}}
{{- $limit := include "scim-gateway.memoryLimit" . -}}
{{- if and $limit (lt (int $limit) 128) -}}
{{- fail (printf "resources.limits.memory is %v: the gateway needs at least 128Mi." .Values.resources.limits.memory) -}}
{{- end -}}
{{- end -}}
