{{/* The name of the application in labels. */}}
{{- define "scim-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of objects, without a suffix. */}}
{{- define "scim-gateway.base" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- end -}}

{{/* A text truncated to a length. A truncated text ends with a digest, so that long names stay distinct. Takes a list: text, suffix, length. */}}
{{- define "scim-gateway.cut" -}}
{{- $text := index . 0 -}}
{{- $suffix := index . 1 -}}
{{- $room := sub (index . 2) (len $suffix) | int -}}
{{- if gt (len $text) $room -}}
{{- printf "%s-%s%s" ($text | trunc (sub $room 8 | int) | trimSuffix "-") (sha256sum $text | trunc 7) $suffix -}}
{{- else -}}
{{- printf "%s%s" $text $suffix -}}
{{- end -}}
{{- end -}}

{{- define "scim-gateway.fullname" -}}
{{- include "scim-gateway.cut" (list (include "scim-gateway.base" .) "" 63) -}}
{{- end -}}

{{- define "scim-gateway.management.name" -}}
{{- include "scim-gateway.cut" (list (include "scim-gateway.base" .) "-management" 63) -}}
{{- end -}}

{{- define "scim-gateway.redis.name" -}}
{{- include "scim-gateway.cut" (list (include "scim-gateway.base" .) "-redis" 63) -}}
{{- end -}}

{{- define "scim-gateway.test.name" -}}
{{- include "scim-gateway.cut" (list (include "scim-gateway.base" .) "-test" 63) -}}
{{- end -}}

{{- define "scim-gateway.external-secret.name" -}}
{{- include "scim-gateway.cut" (list (include "scim-gateway.base" .) "-external" 63) -}}
{{- end -}}

{{- define "scim-gateway.serviceAccount.name" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "scim-gateway.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}
