{{/* The volumes of the gateway's pod. Secrets are files, which the gateway reads again when they change. 288 is 0440. */}}
{{- define "scim-gateway.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.tmpSizeLimit }}
{{- with include "scim-gateway.secret.sources" . | trim }}
- name: secrets
  projected:
    defaultMode: 288
    sources:
      {{- . | nindent 6 }}
{{- end }}
{{- with include "scim-gateway.redis.certificates" . | trim }}
- name: redis-tls
  projected:
    defaultMode: 288
    sources:
      {{- . | nindent 6 }}
{{- end }}
{{- with .Values.extraCaCertificates }}
{{- if .configMapRef }}
- name: authorities
  configMap:
    name: {{ .configMapRef }}
    items:
      - key: {{ .key }}
        path: ca.crt
{{- else if .secretRef }}
- name: authorities
  secret:
    secretName: {{ .secretRef }}
    defaultMode: 288
    items:
      - key: {{ .key }}
        path: ca.crt
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The mounts of the gateway's container. */}}
{{- define "scim-gateway.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "scim-gateway.secret.sources" . }}
- name: secrets
  mountPath: /etc/scim-gateway/secrets
  readOnly: true
{{- end }}
{{- if include "scim-gateway.redis.certificates" . }}
- name: redis-tls
  mountPath: /etc/scim-gateway/redis-tls
  readOnly: true
{{- end }}
{{- if or .Values.extraCaCertificates.configMapRef .Values.extraCaCertificates.secretRef }}
- name: authorities
  mountPath: /etc/scim-gateway/authorities
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
