{{- define "app.account" -}}
{{- $root := .root -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ printf "%s-%s" $root.Release.Name .component }}
automountServiceAccountToken: {{ dig .component "automount" false $root.Values.components }}
{{- end -}}
