{{/* The reference of an image. Takes a list: root, the image's values, the default tag. */}}
{{- define "scim-gateway.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $registry := $root.Values.global.imageRegistry | default $image.registry -}}
{{- $name := $image.repository -}}
{{- if $registry -}}
{{- $name = printf "%s/%s" (trimSuffix "/" $registry) $name -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default (index . 2)) -}}
{{- end -}}
{{- end -}}

{{/* The first fields of every pod: no token of the cluster, no environment of other Services, pull secrets, security context. */}}
{{- define "scim-gateway.pod" -}}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
enableServiceLinks: false
serviceAccountName: {{ include "scim-gateway.serviceAccount.name" . }}
{{- with concat (.Values.global.imagePullSecrets | default list) .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "map" . | ternary . (dict "name" .) | dig "name" "" }}
  {{- end }}
{{- end }}
{{- with include "scim-gateway.podSecurityContext" . | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where the gateway and the development Redis may run. */}}
{{- define "scim-gateway.scheduling" -}}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.schedulerName }}
schedulerName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "scim-gateway.podSecurityContext" -}}
{{- if .Values.openshift.enabled -}}
{{- toYaml (omit .Values.podSecurityContext "runAsUser" "runAsGroup" "fsGroup" "fsGroupChangePolicy" "seccompProfile") -}}
{{- else -}}
{{- toYaml .Values.podSecurityContext -}}
{{- end -}}
{{- end -}}

{{- define "scim-gateway.securityContext" -}}
{{- if .Values.openshift.enabled -}}
{{- toYaml (omit .Values.securityContext "runAsUser" "runAsGroup" "seccompProfile") -}}
{{- else -}}
{{- toYaml .Values.securityContext -}}
{{- end -}}
{{- end -}}

{{/* A probe of the management listener. Takes a list: the probe's values, its path. */}}
{{- define "scim-gateway.probe" -}}
{{- $probe := index . 0 -}}
httpGet:
  path: {{ index . 1 }}
  port: management
periodSeconds: {{ $probe.periodSeconds }}
timeoutSeconds: {{ $probe.timeoutSeconds }}
failureThreshold: {{ $probe.failureThreshold }}
{{- end -}}

{{/* The memory limit in MiB; empty without a limit. */}}
{{- define "scim-gateway.memoryLimit" -}}
{{- $memory := dig "limits" "memory" "" .Values.resources -}}
{{- $text := kindIs "string" $memory | ternary $memory (int64 $memory | toString) -}}
{{- if $text -}}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 -}}
{{- $number := regexFind "^[0-9.]+" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if hasKey $units $unit -}}
{{- divf (mulf (float64 $number) (get $units $unit)) 1048576 | floor | int64 -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Topology spread constraints. The pods of a new ReplicaSet are spread independently of those of the old one. */}}
{{- define "scim-gateway.topologySpread" -}}
{{- if .Values.topologySpreadConstraints -}}
{{- toYaml .Values.topologySpreadConstraints -}}
{{- else if .Values.topologySpread.enabled -}}
{{- range .Values.topologySpread.topologyKeys }}
- maxSkew: {{ $.Values.topologySpread.maxSkew }}
  topologyKey: {{ . }}
  whenUnsatisfiable: {{ $.Values.topologySpread.whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "scim-gateway.selector" (dict "root" $) | nindent 6 }}
  matchLabelKeys:
    - pod-template-hash
{{- end }}
{{- end -}}
{{- end -}}

{{/* The update strategy. Without Redis, two pods must not write at the same time, so the old pod stops first. */}}
{{- define "scim-gateway.strategy" -}}
{{- $type := .Values.strategy.type | default (eq .Values.redis.mode "none" | ternary "Recreate" "RollingUpdate") -}}
type: {{ $type }}
{{- if eq $type "RollingUpdate" }}
rollingUpdate:
  maxUnavailable: {{ .Values.strategy.rollingUpdate.maxUnavailable }}
  maxSurge: {{ .Values.strategy.rollingUpdate.maxSurge }}
{{- end }}
{{- end -}}

{{/* The least and the largest number of pods. */}}
{{- define "scim-gateway.replicas.fewest" -}}
{{- .Values.hpa.enabled | ternary .Values.hpa.minReplicas .Values.replicaCount | int -}}
{{- end -}}

{{- define "scim-gateway.replicas.most" -}}
{{- .Values.hpa.enabled | ternary .Values.hpa.maxReplicas .Values.replicaCount | int -}}
{{- end -}}
