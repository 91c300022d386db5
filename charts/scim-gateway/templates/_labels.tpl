{{/* The selector of the gateway's pods, or with a suffix of the pods of the development Redis and of the test. Must never change. Takes root, suffix. */}}
{{- define "scim-gateway.selector" -}}
app.kubernetes.io/name: {{ include "scim-gateway.cut" (list (include "scim-gateway.name" .root) (.suffix | default "") 63) }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/* The labels of pods, without the chart's version: a new chart alone must replace no pod. Takes root, suffix, labels. */}}
{{- define "scim-gateway.pod.labels" -}}
{{- $labels := include "scim-gateway.selector" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/component" (.suffix | default "gateway" | trimPrefix "-") -}}
{{- toYaml (merge $labels (deepCopy (.labels | default dict)) .root.Values.commonLabels) -}}
{{- end -}}

{{/* The metadata of an object. Takes root, name and, optionally, namespace, suffix, labels, annotations. */}}
{{- define "scim-gateway.metadata" -}}
{{- $root := .root -}}
{{- $labels := include "scim-gateway.selector" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/component" (.suffix | default "gateway" | trimPrefix "-") -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" "collate" -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- $_ := set $labels "app.kubernetes.io/version" ($root.Chart.AppVersion | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
name: {{ .name }}
namespace: {{ .namespace | default $root.Release.Namespace }}
labels:
  {{- toYaml (merge $labels (deepCopy (.labels | default dict)) $root.Values.commonLabels) | nindent 2 }}
{{- with merge (deepCopy (.annotations | default dict)) $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
