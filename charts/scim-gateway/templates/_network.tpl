{{/*
The peers of a network policy for a host: the namespace of a Service of the cluster, or an IP address. Empty for any other name, which
allows every peer, since policies cannot contain names. Takes a list: root, host.
*/}}
{{- define "scim-gateway.network.peers" -}}
{{- $root := index . 0 -}}
{{- $host := index . 1 | trimSuffix "." | trimSuffix (printf ".%s" $root.Values.clusterDomain) -}}
{{- if regexMatch "^([^.]+\\.)+[^.]+\\.svc$" $host -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ trimSuffix ".svc" $host | splitList "." | last }}
{{- else if regexMatch "^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$" $host -}}
- ipBlock:
    cidr: {{ $host }}/32
{{- else if contains ":" $host -}}
- ipBlock:
    cidr: {{ $host }}/128
{{- else if not (contains "." $host) -}}
- podSelector: {}
{{- end -}}
{{- end -}}

{{/* An egress rule. Takes a list: peers as YAML, ports, protocols. Without peers it allows every peer. */}}
{{- define "scim-gateway.network.egress" -}}
{{- $protocols := index . 2 -}}
- ports:
    {{- range $port := index . 1 }}
    {{- range $protocols }}
    - port: {{ $port }}
      protocol: {{ . }}
    {{- end }}
    {{- end }}
  {{- with index . 0 }}
  to:
    {{- . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The port of a URL. */}}
{{- define "scim-gateway.url.port" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $port | default (eq $url.scheme "https" | ternary "443" "80") -}}
{{- end -}}

{{- define "scim-gateway.network.dns" -}}
{{- $openshift := .Values.openshift.enabled -}}
{{- $peers := list
  (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" ($openshift | ternary "openshift-dns" "kube-system"))))
  (dict "ipBlock" (dict "cidr" "169.254.20.10/32"))
-}}
{{- $ports := .Values.networkPolicy.dns.ports | default ($openshift | ternary (list 53 5353) (list 53)) -}}
{{- include "scim-gateway.network.egress" (list (.Values.networkPolicy.dns.to | default $peers | toYaml) $ports (list "UDP" "TCP")) -}}
{{- end -}}

{{/* The rule for a URL. Takes a list: root, URL, the policy's values about it. */}}
{{- define "scim-gateway.network.url" -}}
{{- $url := index . 1 -}}
{{- $policy := index . 2 -}}
{{- $host := (urlParse $url).hostname | trimPrefix "[" | trimSuffix "]" -}}
{{- $peers := $policy.to | empty | ternary (include "scim-gateway.network.peers" (list (index . 0) $host)) (toYaml $policy.to) -}}
{{- $ports := $policy.ports | default (list (include "scim-gateway.url.port" $url)) -}}
{{- include "scim-gateway.network.egress" (list $peers $ports (list "TCP")) -}}
{{- end -}}

{{/* One rule for each server of Redis in every mode; one rule for all when the values name peers and ports. */}}
{{- define "scim-gateway.network.redis" -}}
{{- $policy := .Values.networkPolicy.redis -}}
{{- if eq .Values.redis.mode "development" -}}
- ports:
    - port: 6379
      protocol: TCP
  to:
    - podSelector:
        matchLabels:
          {{- include "scim-gateway.selector" (dict "root" . "suffix" "-redis") | nindent 10 }}
{{- else -}}
{{- $rules := list -}}
{{- range (include "scim-gateway.redis.servers" . | fromYaml).servers -}}
{{- $peers := $policy.to | empty | ternary (include "scim-gateway.network.peers" (list $ .host)) (toYaml $policy.to) -}}
{{- $ports := $policy.ports | default (list .port) -}}
{{- $rules = append $rules (include "scim-gateway.network.egress" (list $peers $ports (list "TCP"))) -}}
{{- end -}}
{{- $rules | uniq | join "\n" -}}
{{- end -}}
{{- end -}}
