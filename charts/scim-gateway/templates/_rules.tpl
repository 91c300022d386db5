{{/*
The groups of files/rules.yaml with the values' thresholds, overrides and labels, as YAML. The file is never rendered as a template,
since its annotations hold Prometheus' own.
*/}}
{{- define "scim-gateway.rules" -}}
{{- $values := .Values.prometheusRules -}}
{{- $text := .Files.Get "files/rules.yaml" -}}
{{- $thresholds := deepCopy $values.thresholds -}}
{{- $limit := include "scim-gateway.memoryLimit" . -}}
{{- if and $limit (not (hasKey $thresholds "memoryBytes")) (contains "# threshold: memoryBytes\n" $text) -}}
{{- $_ := set $thresholds "memoryBytes" (mulf (mul (int64 $limit) 1048576) 0.9 | int64) -}}
{{- end -}}
{{- range $name, $number := $thresholds -}}
{{- $place := printf "[-+.0-9e]+ # threshold: %s\n" $name -}}
{{- if not (regexMatch $place $text) -}}
{{- fail (printf "prometheusRules.thresholds.%s does not exist. Thresholds: %s." $name (include "scim-gateway.rules.thresholds" $text)) -}}
{{- end -}}
{{- $shown := eq (float64 (int64 $number)) (float64 $number) | ternary (int64 $number | toString) (toString $number) -}}
{{- $text = regexReplaceAll $place $text (printf "%s # threshold: %s\n" $shown $name) -}}
{{- end -}}
{{- $known := list -}}
{{- $groups := list -}}
{{- range $group := (fromYaml $text).groups -}}
{{- $rules := list -}}
{{- range $rule := $group.rules -}}
{{- if $rule.alert -}}
{{- $known = append $known $rule.alert -}}
{{- if not (has $rule.alert $values.disabled) -}}
{{- $rules = append $rules (include "scim-gateway.rule" (list $values $rule) | fromYaml) -}}
{{- end -}}
{{- else -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- with $rules -}}
{{- $groups = append $groups (set (deepCopy $group) "rules" .) -}}
{{- end -}}
{{- end -}}
{{- range $values.disabled -}}
{{- if not (has . $known) -}}
{{- fail (printf "prometheusRules.disabled names %s, which does not exist. Alerts: %s." . (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := $values.overrides -}}
{{- if not (has $name $known) -}}
{{- fail (printf "prometheusRules.overrides.%s does not exist. Alerts: %s." $name (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- with $values.extraRules -}}
{{- $groups = append $groups (dict "name" "scim-gateway-extra" "rules" .) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}

{{/* An alert with its overrides, labels and runbook URL. Takes a list: the values, the rule. */}}
{{- define "scim-gateway.rule" -}}
{{- $values := index . 0 -}}
{{- $rule := deepCopy (index . 1) -}}
{{- $override := get $values.overrides $rule.alert | default dict -}}
{{- $labels := mergeOverwrite (deepCopy ($rule.labels | default dict)) (deepCopy $values.alertLabels) ($override.labels | default dict) -}}
{{- $annotations := $rule.annotations | default dict -}}
{{- if and $values.runbookBaseUrl $annotations.runbook_url -}}
{{- $_ := set $annotations "runbook_url" (printf "%s#%s" $values.runbookBaseUrl (splitList "#" $annotations.runbook_url | last)) -}}
{{- end -}}
{{- $annotations = mergeOverwrite $annotations ($override.annotations | default dict) -}}
{{- toYaml (mergeOverwrite $rule (omit $override "labels" "annotations") (dict "labels" $labels "annotations" $annotations)) -}}
{{- end -}}

{{/* The names of the thresholds in the text of the rules. */}}
{{- define "scim-gateway.rules.thresholds" -}}
{{- $names := list -}}
{{- range regexFindAll "# threshold: [A-Za-z0-9]+\n" . -1 -}}
{{- $names = append $names (trimPrefix "# threshold: " . | trim) -}}
{{- end -}}
{{- $names | uniq | sortAlpha | join ", " -}}
{{- end -}}
