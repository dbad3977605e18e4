{{- define "lib.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .Chart.Name }}-role
rules:
  - apiGroups: [""]
    resources: [secrets]
    verbs:
      {{- range .Values.verbs }}
      - {{ . }}
      {{- end }}
{{- end -}}
