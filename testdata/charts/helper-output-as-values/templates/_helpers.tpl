{{- define "app.defaults" -}}
metadata:
  labels:
    owner: platform
automountServiceAccountToken: true
{{- end -}}
{{- define "app.merged" -}}
{{- $base := include "app.defaults" . | fromYaml -}}
{{- $own := dict "apiVersion" "v1" "kind" "ServiceAccount" "metadata" (dict "name" "merged") -}}
{{- toYaml (mergeOverwrite $base $own .Values.account) -}}
{{- end -}}
