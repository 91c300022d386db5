{{/*
Every secret of the gateway, as a list under `items`: the variable, the name of its file, the Secret and the key in it.
Order of precedence: the secret's own `secretRef`, its value (in the chart's own Secret), the Secret for everything.
*/}}
{{- define "scim-gateway.secrets" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $shared := $values.existingSecret -}}
{{- if $values.externalSecret.enabled -}}
{{- $shared = include "scim-gateway.external-secret.name" . -}}
{{- end -}}
{{- $keys := $values.existingSecretKeys -}}
{{- $tokens := or $values.scim.tokens.secretRef $values.scim.tokens.value $keys.scimTokens -}}
{{- $wanted := list
  (dict "env" "COLLATE_TOKEN_FILE" "pair" $values.collate.token "file" "collate-token" "shared" $keys.collateToken)
  (dict "env" "SCIM_TOKEN_FILE" "pair" $values.scim.token "file" "scim-token" "shared" (empty $tokens | ternary $keys.scimToken ""))
  (dict "env" "SCIM_TOKENS_FILE" "pair" $values.scim.tokens "file" "scim-tokens.json" "shared" $keys.scimTokens)
-}}
{{- $redis := $values.redis -}}
{{- if eq $redis.mode "standalone" -}}
{{- $wanted = append $wanted (dict "env" "REDIS_URL_FILE" "pair" $redis.url "file" "redis-url" "shared" $keys.redisUrl) -}}
{{- end -}}
{{- if eq $redis.mode "sentinel" -}}
{{- $wanted = append $wanted (dict "env" "REDIS_SENTINEL_USERNAME_FILE" "pair" $redis.sentinel.auth.username "file" "redis-sentinel-username" "shared" $keys.redisSentinelUsername) -}}
{{- $wanted = append $wanted (dict "env" "REDIS_SENTINEL_PASSWORD_FILE" "pair" $redis.sentinel.auth.password "file" "redis-sentinel-password" "shared" $keys.redisSentinelPassword) -}}
{{- end -}}
{{- if has $redis.mode (list "standalone" "sentinel" "cluster") -}}
{{- $wanted = append $wanted (dict "env" "REDIS_USERNAME_FILE" "pair" $redis.auth.username "file" "redis-username" "shared" $keys.redisUsername) -}}
{{- $wanted = append $wanted (dict "env" "REDIS_PASSWORD_FILE" "pair" $redis.auth.password "file" "redis-password" "shared" $keys.redisPassword) -}}
{{- end -}}
{{- if $values.tracing.enabled -}}
{{- $wanted = append $wanted (dict "env" "OTEL_EXPORTER_OTLP_HEADERS_FILE" "pair" $values.tracing.headers "file" "otlp-headers" "shared" $keys.otlpHeaders) -}}
{{- end -}}
{{- $items := list -}}
{{- range $wanted -}}
{{- if .pair.secretRef -}}
{{- $items = append $items (dict "env" .env "file" .file "secret" .pair.secretRef "key" (.pair.secretKey | default .file)) -}}
{{- else if .pair.value -}}
{{- $items = append $items (dict "env" .env "file" .file "secret" (include "scim-gateway.fullname" $root) "key" .file "value" .pair.value) -}}
{{- else if and $shared .shared -}}
{{- $items = append $items (dict "env" .env "file" .file "secret" $shared "key" .shared) -}}
{{- end -}}
{{- end -}}
{{- if eq $redis.mode "development" -}}
{{- $items = append $items (dict "env" "REDIS_PASSWORD_FILE" "file" "redis-password" "secret" (include "scim-gateway.redis.name" $root) "key" "redis-password") -}}
{{- end -}}
{{- toYaml (dict "items" $items) -}}
{{- end -}}

{{/* The item of a secret by its variable; empty when the secret is not given. Takes a list: root, variable. */}}
{{- define "scim-gateway.secret.of" -}}
{{- $env := index . 1 -}}
{{- range (include "scim-gateway.secrets" (index . 0) | fromYaml).items -}}
{{- if eq .env $env -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The data of the chart's own Secret. */}}
{{- define "scim-gateway.secret.data" -}}
{{- $data := dict -}}
{{- range (include "scim-gateway.secrets" . | fromYaml).items -}}
{{- if .value -}}
{{- $_ := set $data .key (.value | b64enc) -}}
{{- end -}}
{{- end -}}
{{- with $data -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* The sources of the volume of secrets, one per Secret. */}}
{{- define "scim-gateway.secret.sources" -}}
{{- $items := (include "scim-gateway.secrets" . | fromYaml).items -}}
{{- $names := list -}}
{{- range $items -}}
{{- $names = append $names .secret -}}
{{- end -}}
{{- range $name := $names | uniq }}
- secret:
    name: {{ $name }}
    items:
      {{- range $items }}
      {{- if eq .secret $name }}
      - key: {{ .key }}
        path: {{ .file }}
      {{- end }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* The sources of the volume of certificates for Redis. */}}
{{- define "scim-gateway.redis.certificates" -}}
{{- with .Values.redis.tls -}}
{{- if .caSecret }}
- secret:
    name: {{ .caSecret }}
    items:
      - key: {{ .caSecretKey }}
        path: ca.crt
{{- end }}
{{- if .clientCertSecret }}
- secret:
    name: {{ .clientCertSecret }}
    items:
      - key: {{ .clientCertSecretKey }}
        path: tls.crt
      - key: {{ .clientKeySecretKey }}
        path: tls.key
{{- end }}
{{- end -}}
{{- end -}}
