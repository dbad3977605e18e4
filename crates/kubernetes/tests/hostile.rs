//! Input that is made to break the reader: bounded, and never a panic.

mod lens;

use std::fmt::Write;
use std::time::{Duration, Instant};

use lens::analyze;
use proptest::prelude::*;

/// Far above what any of these takes on a machine that does a lot else; something that has to
/// be stopped takes longer.
const LONG: Duration = Duration::from_secs(300);

fn timed(name: &str, text: &str) -> lens::Case {
    let start = Instant::now();
    let case = analyze(&[("a/all.yaml", text)]);
    assert!(start.elapsed() < LONG, "{name} took {:?}", start.elapsed());
    case
}

const API: &str = "apiVersion: rbac.authorization.k8s.io/v1";

#[test]
fn ten_thousand_documents_of_one_name_do_not_multiply() {
    let mut text = String::new();
    for _ in 0..5_000 {
        write!(
            text,
            "{API}\nkind: Role\nmetadata: {{name: r}}\nrules: [{{verbs: ['*']}}]\n---\n\
             {API}\nkind: RoleBinding\nmetadata: {{name: b}}\nroleRef: {{kind: Role, name: r}}\n\
             subjects: [{{kind: User, name: u}}]\n---\n"
        )
        .unwrap();
    }
    let case = timed("documents", &text);
    assert!(case.facts.grants.len() >= 9_000, "{}", case.facts.grants.len());
    let principals: usize = case.facts.grants.iter().map(|it| it.principals.len()).sum();
    assert!(principals < 3_000_000, "{principals}");
}

#[test]
fn rules_times_subjects_are_bounded_and_reported() {
    let mut text = format!("{API}\nkind: Role\nmetadata: {{name: r}}\nrules:\n");
    for _ in 0..4_000 {
        text.push_str("- {verbs: [get]}\n");
    }
    write!(
        text,
        "---\n{API}\nkind: RoleBinding\nmetadata: {{name: b}}\n\
         roleRef: {{kind: Role, name: r}}\nsubjects:\n"
    )
    .unwrap();
    for number in 0..4_000 {
        writeln!(text, "- {{kind: User, name: u{number}}}").unwrap();
    }
    let case = timed("rules", &text);
    assert!(case.facts.notes.iter().any(|it| it.kind == model::NoteKind::Limit));
}

#[test]
fn aliases_that_multiply_are_bounded() {
    let mut text =
        String::from("apiVersion: v1\nkind: ConfigMap\na0: &a0 [x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = level - 1;
        let items = vec![format!("*a{below}"); 8].join(", ");
        writeln!(text, "a{level}: &a{level} [{items}]").unwrap();
    }
    timed("bomb", &text);
}

#[test]
fn chains_of_merges_and_aliases_do_not_recurse_for_ever() {
    let mut merges = String::from("apiVersion: v1\nkind: ConfigMap\nm0: &m0 {a: b}\n");
    let mut nested = String::from("apiVersion: v1\nkind: ConfigMap\nn0: &n0 [x]\n");
    for level in 1..5_000 {
        let below = level - 1;
        writeln!(merges, "m{level}: &m{level} {{<<: *m{below}}}").unwrap();
        writeln!(nested, "n{level}: &n{level} [[[[[[[[*n{below}]]]]]]]]").unwrap();
    }
    timed("merges", &merges);
    timed("nested", &nested);
}

#[test]
fn named_values_inside_each_other_are_judged_once() {
    let mut inner = "x".to_owned();
    for level in 0..60 {
        inner = format!("{{name: n{level}, value: {inner}, default: [y]}}");
    }
    timed("named", &format!("apiVersion: example.com/v1\nkind: Thing\nspec: {inner}\n"));
}

#[test]
fn keys_that_repeat_and_maps_that_are_large_stay_fast() {
    let mut text = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n");
    for round in 0..2 {
        for number in 0..10_000 {
            writeln!(text, "  k{number}: v{round}").unwrap();
        }
    }
    timed("plain", &text);
    timed("template", &format!("{text}# {{{{ .Values.x }}}}\n"));
}

#[test]
fn a_long_text_behind_many_aliases_is_not_judged_each_time() {
    let mut text = String::from("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: &a |\n");
    for number in 0..1_000 {
        writeln!(text, "    TOKEN_{number}=${{X{number}}}").unwrap();
    }
    for number in 0..20_000 {
        writeln!(text, "  k{number}: *a").unwrap();
    }
    let case = timed("aliases", &text);
    assert!(case.facts.notes.iter().any(|it| it.kind == model::NoteKind::Limit));
}

#[test]
fn a_template_with_many_branches_is_read_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {}\n".repeat(20_000);
    timed("branches", &format!("{text}# {{{{ .Values.x }}}}\n"));
}

#[test]
fn a_large_config_map_is_read_once() {
    let mut text =
        String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a.env: |\n");
    for number in 0..20_000 {
        writeln!(text, "    TOKEN_{number}=${{X{number}}}").unwrap();
    }
    timed("config map", &text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC*", path in "[a-z/]{0,12}(templates/)?[a-z]{1,4}\\.(yaml|yml|json)") {
        analyze(&[(&path, &text)]);
        analyze(&[(&path, &format!("apiVersion: v1\nkind: Secret\n{text}"))]);
    }

    #[test]
    fn no_shuffled_manifest_breaks_the_reader(
        lines in proptest::collection::vec((0_usize..8, prop::sample::select(LINES)), 0..40)
    ) {
        let body: String =
            lines.iter().map(|(indent, line)| format!("{}{line}\n", " ".repeat(*indent))).collect();
        for head in HEADS {
            let text = format!("{head}{body}");
            for path in ["a.yaml", "c/templates/a.yaml"] {
                let case = analyze(&[(path, &text)]);
                for it in &case.facts.credentials {
                    case.slice(it.place);
                    case.slice(it.region);
                }
                for it in &case.facts.grants {
                    case.slice(it.place);
                }
            }
        }
    }
}

const HEADS: &[&str] = &[
    "apiVersion: v1\nkind: Secret\n",
    "apiVersion: v1\nkind: Pod\n",
    "apiVersion: v1\nkind: List\nitems:\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n",
];

const LINES: &[&str] = &[
    "metadata:",
    "name: é𝒳",
    "rules:",
    "- verbs: ['*']",
    "resources: [secrets]",
    "roleRef: {kind: ClusterRole, name: x}",
    "subjects:",
    "- kind: ServiceAccount",
    "spec:",
    "template:",
    "containers:",
    "- image: x",
    "env:",
    "- {name: TOKEN, value: é}",
    "data:",
    "stringData:",
    "password: |",
    "  aGVsbG8=",
    "tls.key: aGVsbG8",
    ".dockerconfigjson: '{\"auths\":{\"é\":{\"auth\":\"YTpi\"}}}'",
    "{{- if .Values.x }}",
    "{{- end }}",
    "{{- toYaml . | nindent 4 }}",
    "x: {{ .Values.x }}",
    "<<: *a",
    "y: &a {b: c}",
    "---",
    "\t",
    "- - -",
    "args: ['--token=é', --password, é]",
    "type: kubernetes.io/service-account-token",
    "aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}",
];

#[test]
fn operators_with_thousands_of_entries_stay_linear() {
    let mut text = String::new();
    for number in 0..3_000 {
        write!(
            text,
            "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {{name: i{number}}}\n\
             spec: {{acme: {{solvers: [{{dns01: {{route53: {{secretAccessKeySecretRef: {{name: k}}}}}}}}, 7, null]}}}}\n---\n\
             apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: p}}\n\
             spec: {{destinations: [{{server: '*', namespace: '*'}}, x], clusterResourceWhitelist: [{{group: 1, kind: '*'}}, y]}}\n---\n\
             apiVersion: spire.spiffe.io/v1alpha1\nkind: ClusterSPIFFEID\nmetadata: [1]\n\
             spec: {{ttl: 99999999999999999999h, spiffeIDTemplate: [x], podSelector: 3}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n\
             spec: {{volumes: [{{name: v, hostPath: {{path: //}}}}], containers: [{{image: a, command: [7, '--='], volumeMounts: [{{name: v}}, 3]}}]}}\n---\n"
        )
        .unwrap();
    }
    let case = timed("operators", &text);
    assert!(case.facts.credentials.len() >= 3_000, "{}", case.facts.credentials.len());
}
