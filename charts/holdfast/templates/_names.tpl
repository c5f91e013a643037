{{- define "holdfast.labels" -}}
{{ include "holdfast.selector" . }}
app.kubernetes.io/component: controller
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "holdfast.selector" -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "holdfast.serviceAccount" -}}
{{ .Values.serviceAccount.name | default "holdfast-controller" }}
{{- end }}

{{- /* Cluster-scoped objects need a name of their own per release and namespace. */}}
{{- define "holdfast.clusterName" -}}
{{ printf "holdfast-controller-%s" .Release.Namespace }}
{{- end }}
