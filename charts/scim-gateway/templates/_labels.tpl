{{/* What selects the gateway's pods, or with a suffix those of the development Redis and of the test; it never changes. Takes root, suffix. */}}
{{- define "scim-gateway.selector" -}}
app.kubernetes.io/name: {{ include "scim-gateway.cut" (list (include "scim-gateway.name" .root) (.suffix | default "") 63) }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/* The labels of pods: no version, so that a new chart alone replaces no pod. Takes root, suffix, labels. */}}
{{- define "scim-gateway.pod.labels" -}}
{{- $labels := include "scim-gateway.selector" . | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/component" (.suffix | default "gateway" | trimPrefix "-") -}}
{{- toYaml (merge $labels (deepCopy (.labels | default dict)) .root.Values.commonLabels) -}}
{{- end -}}

{{/* The metadata of an object. Takes root, name and, if they are not the usual ones, namespace, suffix, labels, annotations. */}}
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
