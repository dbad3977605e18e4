//! Helm templates: read as far as they are YAML, and never misread.

mod lens;

use lens::{analyze, expect};

const ROLE: &str = r#"{{- if .Values.rbac.create }}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ if .Values.namespaced }}Role{{ else }}ClusterRole{{ end }}
metadata:
  name: {{ include "app.fullname" . }}-reader
  labels:
    {{- include "app.labels" . | nindent 4 }}
rules:
  - apiGroups: [""]
    resources: ["secrets"]
    verbs: ["get", "list"]
  {{- with .Values.extraRules }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
"#;

const BINDING: &str = r#"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ template "app.fullname" . }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ template "app.fullname" . }}-reader
subjects:
  - kind: ServiceAccount
    name: {{ include "app.account" . }}
    namespace: {{ .Release.Namespace }}
"#;

const ACCOUNT: &str = r#"{{- $account := include "app.account" . -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $account | quote }}
  namespace: {{ .Release.Namespace | quote }}
"#;

#[test]
fn names_that_a_template_makes_join_inside_their_chart() {
    let ours =
        [("charts/app/templates/role.yaml", ROLE), ("charts/app/templates/binding.yaml", BINDING)];
    let case = analyze(&ours);
    expect(
        "same chart",
        &case.rules(),
        &["?/{{ include \"app.fullname\" . }}-reader#rules[0] Cluster bound | get,list | secrets \
           | '' | to Unknown@{{ include \"app.account\" . }} via \
           ClusterRoleBinding/{{ include \"app.fullname\" . }}"],
    );
    let apart = [
        ("charts/app/templates/role.yaml", ROLE),
        ("charts/other/templates/binding.yaml", BINDING),
    ];
    assert!(analyze(&apart).rules()[0].contains(" maybe-bound "));
}

#[test]
fn a_variable_with_one_value_is_that_value() {
    let account = ACCOUNT.replace("$account | quote", "$account");
    let case = analyze(&[("c/templates/a.yaml", &account), ("c/templates/b.yaml", BINDING)]);
    let address = &case.facts.identities[0].address;
    assert_eq!(
        &*address.name,
        "{{ .Release.Namespace }}/ServiceAccount/{{ include \"app.account\" . }}"
    );
    let principal = &case.facts.grants[0].principals[0].value;
    assert_eq!(principal, &model::Party::Address(address.clone()));
}

#[test]
fn what_a_template_adds_is_unknown_and_not_absent() {
    let labels = |text: &str| {
        format!("apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  labels:\n{text}")
    };
    let cases = [
        ("    {{- include \"l\" . | nindent 4 }}\n", "unknown"),
        ("    app: x\n    {{- include \"l\" . | nindent 4 }}\n", "unknown"),
        ("    app: x\n    owner: {{ .Values.owner }}\n", "unknown"),
        (
            "    app: x\n    owner: team-a\n    {{- include \"l\" . | nindent 4 }}\n",
            "label:team-a@team-a",
        ),
        ("    app: {{ .Values.name }}\n", "absent"),
        (
            "    {{- if .Values.x }}\n    owner: team-a\n    {{- else }}\n    owner: team-b\n    {{- end }}\n",
            "unknown",
        ),
        (
            "    {{- if .Values.x }}\n    owner: team-a\n    {{- else }}\n    owner: team-a\n    {{- end }}\n",
            "label:team-a@team-a",
        ),
    ];
    for (text, expected) in cases {
        let case = analyze(&[("c/templates/a.yaml", &labels(text))]);
        let found = case.identities();
        assert!(found[0].ends_with(&format!(" owner {expected}")), "{text}: {found:?}");
    }
}

#[test]
fn branches_that_disagree_decide_nothing() {
    let text = r"apiVersion: rbac.authorization.k8s.io/v1
{{- if .Values.wide }}
kind: ClusterRole
{{- else }}
kind: Role
{{- end }}
metadata:
  name: r
rules:
  - apiGroups: ['']
    resources: [pods]
    {{- if .Values.write }}
    verbs: ['*']
    {{- else }}
    verbs: [get]
    {{- end }}
";
    let case = analyze(&[("c/templates/r.yaml", text)]);
    // Each of the verbs is what some values give; the reach is not known.
    expect("rule", &case.rules(), &["?/r#rules[0] Unknown unbound | *,get | pods | ''"]);
}

#[test]
fn branches_that_are_whole_objects_are_objects() {
    let text = r"{{- if .Values.wide }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: wide
rules:
  - verbs: ['*']
{{- else }}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: narrow
rules:
  - verbs: [get]
{{- end }}
";
    let case = analyze(&[("c/templates/r.yaml", text)]);
    expect(
        "roles",
        &case.rules(),
        &[
            "ClusterRole/wide#rules[0] Cluster unbound | * |  | ",
            "Role/narrow#rules[0] Namespace unbound | get |  | ",
        ],
    );
}

#[test]
fn a_workload_in_a_template_is_not_given_what_may_be_set() {
    let pod = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    \
             - name: a\n      image: {{{{ .Values.image }}}}\n{spec}"
        )
    };
    let cases = [
        ("", "Pod/p -> ServiceAccount/default @p"),
        (
            "  serviceAccountName: {{ .Values.account }}\n",
            "Pod/p -> Unknown @{{ .Values.account }}",
        ),
        ("  {{- toYaml .Values.pod | nindent 2 }}\n", "Pod/p -> Unknown @p"),
        (
            "  {{- if .Values.a }}\n  serviceAccountName: x\n  {{- end }}\n",
            "Pod/p -> kubernetes-service-account:ServiceAccount/x @x",
        ),
    ];
    for (spec, expected) in cases {
        let case = analyze(&[("c/templates/p.yaml", &pod(spec))]);
        expect(spec, &case.uses(), &[expected]);
    }
}

#[test]
fn values_and_secrets_of_a_template_are_silent() {
    let text = r#"apiVersion: v1
kind: Secret
metadata:
  name: {{ include "app.fullname" . }}
data:
  password: {{ .Values.password | b64enc | quote }}
  {{- range $key, $value := .Values.secrets }}
  {{ $key }}: {{ $value | b64enc }}
  {{- end }}
stringData:
  token: "{{ .Values.token }}"
  url: postgres://app:{{ .Values.password }}@db/app
"#;
    let case = analyze(&[("c/templates/secret.yaml", text)]);
    expect("credentials", &case.credentials(), &[]);
}
