{{/* A host as a URL contains it: IPv6 addresses in brackets. */}}
{{- define "scim-gateway.url.host" -}}
{{- contains ":" . | ternary (printf "[%s]" (. | trimPrefix "[" | trimSuffix "]")) . -}}
{{- end -}}

{{/* The URL of a standalone Redis, from its parts in the values; empty when a Secret contains the whole URL. */}}
{{- define "scim-gateway.redis.url" -}}
{{- if eq .Values.redis.mode "development" -}}
{{- printf "redis://%s:6379/0" (include "scim-gateway.redis.name" .) -}}
{{- else if and (eq .Values.redis.mode "standalone") (not (include "scim-gateway.secret.of" (list . "REDIS_URL_FILE"))) -}}
{{- with .Values.redis -}}
{{- printf "%s://%s:%d/%d" (.tls.enabled | ternary "rediss" "redis") (include "scim-gateway.url.host" .host) (int .port) (int .database) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The prefix of every key in Redis, which separates the releases that share a Redis. */}}
{{- define "scim-gateway.redis.keyPrefix" -}}
{{- .Values.redis.keyPrefix | default (include "scim-gateway.cut" (list (printf "%s:%s" .Release.Namespace (include "scim-gateway.fullname" .)) "" 100)) -}}
{{- end -}}

{{/* The servers of Redis for the network policy, as a list of `host` and `port` under `servers`. */}}
{{- define "scim-gateway.redis.servers" -}}
{{- $servers := list -}}
{{- $redis := .Values.redis -}}
{{- if eq $redis.mode "standalone" -}}
{{- $servers = append $servers (dict "host" $redis.host "port" (int $redis.port)) -}}
{{- else if eq $redis.mode "sentinel" -}}
{{- range $redis.sentinel.nodes -}}
{{- $servers = append $servers (include "scim-gateway.server" (list . 26379) | fromYaml) -}}
{{- /* The master is assumed on the hosts of the sentinels, with the port of a standalone Redis. */ -}}
{{- $servers = append $servers (set (include "scim-gateway.server" (list . 26379) | fromYaml) "port" (int $redis.port)) -}}
{{- end -}}
{{- else if eq $redis.mode "cluster" -}}
{{- range $redis.cluster.nodes -}}
{{- $servers = append $servers (include "scim-gateway.server" (list . 6379) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- toYaml (dict "servers" $servers) -}}
{{- end -}}

{{/* `host` and `port` of HOST:PORT. Takes a list: text, default port. */}}
{{- define "scim-gateway.server" -}}
{{- $text := index . 0 -}}
{{- $port := regexFind ":[0-9]+$" $text | trimPrefix ":" -}}
{{- if and $port (or (not (contains ":" (trimSuffix (printf ":%s" $port) $text))) (hasPrefix "[" $text)) -}}
host: {{ trimSuffix (printf ":%s" $port) $text | trimPrefix "[" | trimSuffix "]" | quote }}
port: {{ $port }}
{{- else -}}
host: {{ $text | trimPrefix "[" | trimSuffix "]" | quote }}
port: {{ index . 1 }}
{{- end -}}
{{- end -}}
