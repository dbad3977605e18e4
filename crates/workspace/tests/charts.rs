//! Helm charts on disk: what is found of them, and where findings about them stand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;

use nhilint_workspace::Checked;
use repository::repository;

const CHART: (&str, &str) = ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
const HELPERS: (&str, &str) =
    ("shop/templates/_helpers.tpl", "{{ define \"shop.name\" }}{{ .Release.Name }}-shop{{ end }}");
const SECRET: (&str, &str) = (
    "shop/templates/secret.yaml",
    "{{- if .Values.auth.create }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ include \"shop.name\" . }}
stringData:
  url: postgres://app:{{ .Values.auth.password }}@db/app
data:
  password: {{ .Values.auth.password | b64enc | quote }}
{{- end }}
",
);
const ROLE: (&str, &str) = (
    "shop/templates/role.yaml",
    "{{- if .Values.rbac }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ include \"shop.name\" . }}
rules:
  - apiGroups: ['*']
    resources: ['*']
    verbs: {{ toJson .Values.verbs }}
{{- end }}
",
);

fn check(files: &[(&str, &str)], path: &str) -> Checked {
    let rules = ["embedded-secret", "plain-secret-manifest", "wildcard-action", "admin-grant"];
    repository::checked(&repository(files).path().join(path), &rules).unwrap()
}

/// `rule path:line slice`, with the related places.
fn found(checked: &Checked) -> Vec<String> {
    let sources = &checked.report.sources;
    let at = |place| {
        let (start, _) = sources.range(place);
        format!("{}:{}", sources.path(place.file), start.line)
    };
    let findings = checked.report.findings.iter();
    findings
        .map(|it| {
            let related: Vec<_> = it.related.iter().map(|it| at(it.place)).collect();
            format!("{} {} [{}]", it.rule.id, at(it.place), related.join(" "))
        })
        .collect()
}

/// Without its actions a template holds all its branches at once, which is no text that anybody
/// reads.
#[test]
fn templates_that_print_sound_text_are_not_called_unreadable() {
    let unreadable = |template: &str| {
        let files = [CHART, ("shop/values.yaml", "a: 1\n"), ("shop/templates/a.yaml", template)];
        let folder = repository(&files);
        let checked = repository::checked(folder.path(), &["unreadable-input"]).unwrap();
        checked.report.findings.len()
    };
    const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:";
    for data in [
        "\n{{- if .Values.a }}\n  k: v\n{{- else }}\n- v\n{{- end }}\n",
        " {{ if .Values.a }}{\n  k: v\n}{{ else }}{}{{ end }}\n",
        "\n  k: \"{{ if .Values.a }}v\"{{ else }}w\"{{ end }}\n",
    ] {
        assert_eq!(unreadable(&format!("{HEAD}{data}")), 0, "{data}");
    }
    // It prints what no YAML reader takes, or cannot be run.
    for data in ["\n  k: \"{{ .Values.a }}\n", "\n  k: {{ if }}\n  l: \"w\n"] {
        assert_eq!(unreadable(&format!("{HEAD}{data}")), 1, "{data}");
    }
}

#[test]
fn a_literal_of_the_values_is_one_finding_there() {
    let values = "auth:\n  create: true\n  password: kT7-vnQ2.pLw9\nrbac: false\n";
    let files = [CHART, HELPERS, SECRET, ROLE, ("shop/values.yaml", values)];
    let checked = check(&files, "");
    let findings = found(&checked);
    assert_eq!(findings.len(), 1, "{findings:?}");
    let expected = "embedded-secret shop/values.yaml:3 [shop/templates/secret.yaml:";
    assert!(findings[0].starts_with(expected), "{findings:?}");
}

#[test]
fn a_comment_in_the_values_excuses_it() {
    let values = "auth:\n  create: true\n  # nhilint: ignore[embedded-secret] -- a demo\n  \
                  password: kT7-vnQ2.pLw9\n";
    let checked = check(&[CHART, HELPERS, SECRET, ("shop/values.yaml", values)], "");
    assert_eq!(found(&checked), [""; 0]);
    assert_eq!(checked.report.suppressed.len(), 1);
}

#[test]
fn values_decide_what_is_there() {
    for (rbac, count) in [("true", 1), ("false", 0)] {
        let values = format!("auth:\n  create: false\nrbac: {rbac}\nverbs: ['*']\n");
        let files = [CHART, HELPERS, SECRET, ROLE, ("shop/values.yaml", values.as_str())];
        let findings = found(&check(&files, ""));
        assert_eq!(findings.len(), count, "{findings:?}");
        assert!(findings.iter().all(|it| it.contains("shop/values.yaml:4")), "{findings:?}");
    }
}

#[test]
fn a_template_alone_is_read_as_far_as_it_goes() {
    let values = "rbac: false\nverbs: ['*']\n";
    let files = [CHART, HELPERS, ROLE, ("shop/values.yaml", values)];
    assert_eq!(found(&check(&files, "shop/templates/role.yaml")), [""; 0]);
    assert_eq!(check(&files, "").report.statistics.charts.templates, 1);
}

#[test]
fn what_was_known_of_charts_is_counted() {
    let values = "auth:\n  create: true\n  password: ''\nrbac: true\nverbs: [get]\n";
    let plain = ("shop/templates/plain.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n");
    let broken = ("shop/templates/broken.yaml", "a: {{ if }}\n");
    let unknown = (
        "shop/templates/unknown.yaml",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  {{- if .Capabilities.HelmVersion }}\n  a: b\n  {{- end }}\n",
    );
    let files =
        [CHART, HELPERS, SECRET, ROLE, plain, broken, unknown, ("shop/values.yaml", values)];
    let charts = check(&files, "").report.statistics.charts;
    let counts = (charts.charts, charts.templates, charts.undecided, charts.empty);
    assert_eq!(counts, (1, 5, 1, 0));
    assert_eq!((charts.decided, charts.named, charts.partly), (1, 2, 1));
}

#[test]
fn packed_charts_that_cannot_be_opened_are_told() {
    let lines = "name: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 1.0.0}\n";
    let files = [
        ("shop/Chart.yaml", lines),
        ("shop/values.yaml", "{}\n"),
        ("shop/charts/redis-1.0.0.tgz", "packed"),
        ("other/charts/redis-1.0.0.tgz", "of no chart"),
    ];
    let checked = check(&files, "");
    let skipped: Vec<_> = checked.report.skipped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(skipped, ["shop/charts/redis-1.0.0.tgz"]);
    assert!(checked.report.skipped[0].reason.contains("packed chart"));
    let notes: Vec<_> = checked.report.facts.notes.iter().map(|it| it.message.as_str()).collect();
    assert!(matches!(notes.as_slice(), [it] if it.contains("`redis`")), "{notes:?}");
}

#[test]
fn values_of_an_application_are_reported_in_the_application() {
    let application = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  project: shop
  source:
    path: shop
    helm:
      valuesObject:
        rbac: true
        verbs: ['*']
";
    let values = ("shop/values.yaml", "auth: {create: false}\nrbac: false\nverbs: [get]\n");
    let files = [CHART, HELPERS, SECRET, ROLE, values, ("apps/shop.yaml", application)];
    let findings = found(&check(&files, ""));
    assert!(
        matches!(findings.as_slice(), [it] if it.starts_with("wildcard-action apps/shop.yaml:11 ")),
        "{findings:?}"
    );
}

#[test]
fn what_a_template_reads_is_reported_in_the_file_it_reads() {
    let config = "apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  app.properties: |
    {{- .Files.Get \"etc/app.data\" | nindent 4 }}
";
    let values = ("shop/values.yaml", "auth: {create: false}\nrbac: false\n");
    let text = "mode=prod\ndb.password=pR4!wZ8nYk3@Hv6s\n";
    let with = |path| {
        let template = ("shop/templates/config.yaml", config);
        check(&[CHART, HELPERS, template, values, (path, text)], "")
    };
    let findings = found(&with("shop/etc/app.data"));
    assert!(
        matches!(findings.as_slice(), [it] if it.starts_with("embedded-secret shop/etc/app.data:2 [shop/templates/config.yaml:6")),
        "{findings:?}"
    );
    for outside in ["etc/app.data", "shop/charts/etc/app.data", "shop/templates/etc/app.data"] {
        assert_eq!(found(&with(outside)), [""; 0], "{outside}");
    }
}
