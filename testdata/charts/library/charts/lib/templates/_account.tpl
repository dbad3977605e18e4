{{- define "lib.account" -}}
{{- $top := first . -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $top.Chart.Name }}-{{ last . }}
automountServiceAccountToken: {{ $top.Values.mount }}
{{- end -}}
