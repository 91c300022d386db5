{{/* The base URL of Collate. */}}
{{- define "scim-gateway.collate.url" -}}
{{- .Values.collate.hostAndPort | default (printf "http://collate.%s.svc.%s:8585" .Release.Namespace .Values.clusterDomain) -}}
{{- end -}}

{{/* The URL at which providers reach the gateway, without `/scim/v2`. */}}
{{- define "scim-gateway.publicUrl" -}}
{{- $host := "" -}}
{{- $scheme := "https" -}}
{{- if and .Values.ingress.enabled .Values.ingress.hosts -}}
{{- $host = (first .Values.ingress.hosts).host -}}
{{- $scheme = empty .Values.ingress.tls | ternary "http" "https" -}}
{{- else if and .Values.gateway.enabled .Values.gateway.hostnames -}}
{{- $host = first .Values.gateway.hostnames -}}
{{- end -}}
{{- if .Values.config.publicUrl -}}
{{- .Values.config.publicUrl -}}
{{- else if and $host (not (contains "*" $host)) -}}
{{- printf "%s://%s" $scheme $host -}}
{{- else -}}
{{- printf "http://%s.%s.svc.%s:%d" (include "scim-gateway.fullname" .) .Release.Namespace .Values.clusterDomain (int .Values.service.ports.http) -}}
{{- end -}}
{{- end -}}

{{/* The environment of the gateway. For secrets it contains only the paths of their files. */}}
{{- define "scim-gateway.environment" -}}
{{- with .Values.config -}}
HOST: {{ .host | quote }}
MAX_CONNECTIONS: {{ .maxConnections | int64 | quote }}
MAX_REQUESTS_IN_FLIGHT: {{ .maxRequestsInFlight | int64 | quote }}
MAX_EVENT_LOOP_DELAY_MS: {{ .maxEventLoopDelayMs | int64 | quote }}
MAX_HEAP_PERCENT: {{ .maxHeapPercent | int64 | quote }}
BODY_LIMIT_BYTES: {{ .bodyLimitBytes | int64 | quote }}
REQUEST_DEADLINE_MS: {{ .requestDeadlineMs | int64 | quote }}
ACCEPT_COLLATE_BOT_TOKEN: {{ .acceptCollateBotToken | quote }}
COLLATE_BOT_NAMES: {{ join "," .collateBotNames | quote }}
CACHE_TTL_MS: {{ .cacheTtlMs | int64 | quote }}
CACHE_NEGATIVE_TTL_MS: {{ .cacheNegativeTtlMs | int64 | quote }}
REMEMBERED_ATTRIBUTES: {{ join "," .rememberedAttributes | quote }}
USER_DELETE: {{ .userDelete | quote }}
EMAIL_CHANGE: {{ .emailChange | quote }}
NAME_RULE: {{ .nameRule | quote }}
ADOPT_ON_POST: {{ .adoptOnPost | quote }}
RECYCLED_ACCOUNT: {{ .recycledAccount | quote }}
REVIVE_FOREIGN: {{ .reviveForeign | quote }}
GROUP_ADOPTION: {{ .groupAdoption | quote }}
TYPE_CONFLICT: {{ .typeConflict | quote }}
READ_ONLY: {{ .readOnly | quote }}
PAGE_DEFAULT: {{ .pageDefault | int64 | quote }}
PAGE_MAX: {{ .pageMax | int64 | quote }}
FILTER_LIMITS: {{ .filterLimits | quote }}
SCAN_LIMIT: {{ .scanLimit | int64 | quote }}
LOG_LEVEL: {{ .logLevel | quote }}
DRAIN_DELAY_MS: {{ .drainDelayMs | int64 | quote }}
SHUTDOWN_GRACE_MS: {{ .shutdownGraceMs | int64 | quote }}
{{- with .trustedProxies }}
TRUSTED_PROXIES: {{ join "," . | quote }}
{{- end }}
{{- with .trustedBots }}
TRUSTED_BOTS: {{ join "," . | quote }}
{{- end }}
{{- with .protectedUsers }}
PROTECTED_USERS: {{ join "," . | quote }}
{{- end }}
{{- end }}
PORT: {{ .Values.containerPorts.http | int64 | quote }}
MANAGEMENT_PORT: {{ .Values.containerPorts.management | int64 | quote }}
PUBLIC_URL: {{ include "scim-gateway.publicUrl" . | quote }}
COLLATE_URL: {{ include "scim-gateway.collate.url" . | quote }}
{{- with .Values.collate }}
COLLATE_CONNECT_TIMEOUT_MS: {{ .connectTimeoutMs | int64 | quote }}
COLLATE_READ_TIMEOUT_MS: {{ .readTimeoutMs | int64 | quote }}
COLLATE_WRITE_TIMEOUT_MS: {{ .writeTimeoutMs | int64 | quote }}
COLLATE_CONCURRENCY: {{ .concurrency | int64 | quote }}
COLLATE_MIN_CONCURRENCY: {{ .minConcurrency | int64 | quote }}
COLLATE_QUEUE: {{ .queue | int64 | quote }}
{{- end }}
{{- include "scim-gateway.environment.redis" . }}
{{- include "scim-gateway.environment.tracing" . }}
{{- range (include "scim-gateway.secrets" . | fromYaml).items }}
{{ .env }}: {{ printf "/etc/scim-gateway/secrets/%s" .file | quote }}
{{- end }}
{{- with include "scim-gateway.memoryLimit" . }}
{{- if $.Values.nodeHeapPercent }}
NODE_OPTIONS: {{ printf "--max-old-space-size=%d" (div (mul (int64 .) (int64 $.Values.nodeHeapPercent)) 100) | quote }}
{{- end }}
{{- end }}
{{- if or .Values.extraCaCertificates.configMapRef .Values.extraCaCertificates.secretRef }}
NODE_EXTRA_CA_CERTS: /etc/scim-gateway/authorities/ca.crt
{{- end }}
{{- end -}}

{{/* The variables of OpenTelemetry. */}}
{{- define "scim-gateway.environment.tracing" -}}
{{- with .Values.tracing -}}
{{- if .enabled }}
OTEL_SDK_DISABLED: "false"
OTEL_TRACES_EXPORTER: otlp
OTEL_EXPORTER_OTLP_PROTOCOL: http/json
OTEL_EXPORTER_OTLP_TIMEOUT: {{ .timeoutMs | int64 | quote }}
OTEL_SERVICE_NAME: {{ .serviceName | quote }}
OTEL_TRACES_SAMPLER: {{ .sampler | quote }}
OTEL_TRACES_SAMPLER_ARG: {{ .samplerArg | quote }}
{{- with .endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
{{- end }}
{{- with .tracesEndpoint }}
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {{ . | quote }}
{{- end }}
{{- with .resourceAttributes }}
OTEL_RESOURCE_ATTRIBUTES: {{ join "," . | quote }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The variables of the connection to Redis. */}}
{{- define "scim-gateway.environment.redis" -}}
{{- $redis := .Values.redis -}}
{{- if ne $redis.mode "none" }}
REDIS_KEY_PREFIX: {{ include "scim-gateway.redis.keyPrefix" . | quote }}
{{- with include "scim-gateway.redis.url" . }}
REDIS_URL: {{ . | quote }}
{{- end }}
{{- if eq $redis.mode "sentinel" }}
REDIS_SENTINELS: {{ join "," $redis.sentinel.nodes | quote }}
REDIS_SENTINEL_MASTER: {{ $redis.sentinel.masterName | quote }}
REDIS_DATABASE: {{ $redis.database | int64 | quote }}
{{- else if eq $redis.mode "cluster" }}
REDIS_CLUSTER_NODES: {{ join "," $redis.cluster.nodes | quote }}
{{- end }}
{{- with $redis.tls }}
{{- if .enabled }}
REDIS_TLS: "true"
{{- with .serverName }}
REDIS_TLS_SERVER_NAME: {{ . | quote }}
{{- end }}
{{- if .caSecret }}
REDIS_TLS_CA_FILE: /etc/scim-gateway/redis-tls/ca.crt
{{- end }}
{{- if .clientCertSecret }}
REDIS_TLS_CERT_FILE: /etc/scim-gateway/redis-tls/tls.crt
REDIS_TLS_KEY_FILE: /etc/scim-gateway/redis-tls/tls.key
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
