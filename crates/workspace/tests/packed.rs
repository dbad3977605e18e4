//! Packed charts are run like unpacked ones, and what is found in them stands where a person
//! can change it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use nhilint_workspace::{Options, check_paths};

const CHART: &str = "apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - name: db
    version: 1.0.0
    condition: db.enabled
";
const ROLE: &str = "{{- if .Values.rbac }}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: db}
rules:
  - apiGroups: ['*']
    resources: ['*']
    verbs: {{ toJson .Values.verbs }}
{{- end }}
";
const INNER: [(&str, &str); 3] = [
    ("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
    ("db/values.yaml", "rbac: true\nverbs: ['*']\n"),
    ("db/templates/role.yaml", ROLE),
];

/// A chart that brings another one along.
const NESTED: [(&str, &str); 3] = [
    INNER[0],
    ("db/charts/rights/Chart.yaml", "apiVersion: v2\nname: rights\nversion: 1.0.0\n"),
    (
        "db/charts/rights/templates/role.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: db}\nrules:\n  - apiGroups: ['*']\n    resources: ['*']\n    verbs: ['*']\n",
    ),
];

/// A text, or an archive with these files.
#[derive(Clone, Copy)]
enum Content<'a> {
    Text(&'a str),
    Archive(&'a [(&'a str, &'a str)]),
}
use Content::{Archive, Text};

/// A name, files, findings.
type Case<'a> = (&'a str, Vec<(&'a str, Content<'a>)>, Vec<String>);

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut builder = tar::Builder::new(encoder);
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn write(root: &Path, files: &[(&str, Content<'_>)]) {
    for (path, content) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content {
            Text(text) => fs::write(path, text).unwrap(),
            Archive(files) => fs::write(path, archive(files)).unwrap(),
        }
    }
}

/// `path:line text < related message` of every finding, and what was skipped.
fn found(files: &[(&str, Content<'_>)]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    write(folder.path(), files);
    let options = Options {
        paths: vec![folder.path().to_owned()],
        select: vec!["wildcard-action".to_owned()],
        ..Options::default()
    };
    let report = check_paths(&options).unwrap().report;
    let findings = report.findings.iter().map(|it| {
        let source = report.sources.get(it.place.file).unwrap();
        let (start, _) = report.sources.range(it.place);
        let text = source.text.get(it.place.span.range()).unwrap();
        let mut line = format!("{}:{} {text}", source.path, start.line);
        for it in &it.related {
            assert!(!report.sources.path(it.place.file).contains(".tgz"), "{it:?}");
            line += &format!(" < {}", it.message);
        }
        line
    });
    let skipped = report.skipped.iter().map(|it| format!("{}: {}", it.path, it.reason));
    (findings.collect(), skipped.collect())
}

#[test]
fn findings_stand_where_a_person_can_change_them() {
    let inside = |path: &str| format!("written inside of `db` (line 2 of `{path}/values.yaml`)");
    let in_charts = inside("shop/charts/db-1.0.0.tgz");
    let of_role = "(line 8 of `shop/charts/db-1.0.0.tgz/templates/role.yaml`)";
    let through = format!("through values `.Values.verbs` {of_role}");
    let release = |values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: db}}\nspec:\n  chart:\n    spec:\n      chart: ./packed/db-1.0.0.tgz\n      sourceRef: {{kind: GitRepository, name: here}}\n{values}"
        )
    };
    let (plain, given) = (release(""), release("  values:\n    verbs: [get]\n"));
    let wide = release("  values:\n    verbs:\n      - '*'\n");
    let commented =
        CHART.replace("  - name: db", "  # nhilint: ignore[wildcard-action]\n  - name: db");
    let unlisted = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";
    let helm2 = "dependencies:\n- name: db\n  version: 1.0.0\n";
    let excused =
        "dependencies:\n# nhilint: ignore[wildcard-action]\n- name: db\n  version: 1.0.0\n";
    let packed = || ("shop/charts/db-1.0.0.tgz", Archive(&INNER));
    let chart = |text| ("shop/Chart.yaml", Text(text));
    let values = |text| ("shop/values.yaml", Text(text));
    let local = format!("{CHART}    repository: file://../db\n");
    let beside = [
        ("db/Chart.yaml", Text(INNER[0].1)),
        ("db/values.yaml", Text("rbac: true\nverbs:\n  # Still.\n  - '*'\n")),
        ("db/templates/role.yaml", Text(ROLE)),
    ];
    let at_dependency = format!("shop/Chart.yaml:5 db < {through} < {in_charts}");
    let cases: [Case<'_>; 16] = [
        (
            "its own value",
            vec![chart(CHART), values("{}\n"), packed()],
            vec![at_dependency.clone()],
        ),
        (
            "a value of the chart above",
            vec![chart(CHART), values("db:\n  verbs:\n    - '*'\n"), packed()],
            vec![format!("shop/values.yaml:3 * < {through}")],
        ),
        ("mended", vec![chart(CHART), values("db: {verbs: [get]}\n"), packed()], vec![]),
        ("off", vec![chart(CHART), values("db: {enabled: false}\n"), packed()], vec![]),
        ("excused", vec![chart(&commented), values("{}\n"), packed()], vec![]),
        (
            "not listed",
            vec![chart(unlisted), values("{}\n"), packed()],
            vec![at_dependency.replace(":5 db", ":2 shop")],
        ),
        (
            "listed as Helm 2 does",
            vec![
                chart(unlisted),
                ("shop/requirements.yaml", Text(helm2)),
                values("{}\n"),
                packed(),
            ],
            vec![at_dependency.replace("Chart.yaml:5", "requirements.yaml:2")],
        ),
        (
            "excused as Helm 2 lists it",
            vec![
                chart(unlisted),
                ("shop/requirements.yaml", Text(excused)),
                values("{}\n"),
                packed(),
            ],
            vec![],
        ),
        (
            "unpacked beside it",
            vec![
                chart(CHART),
                values("{}\n"),
                packed(),
                ("shop/charts/db/Chart.yaml", Text(INNER[0].1)),
                ("shop/charts/db/values.yaml", Text("rbac: true\nverbs: [get]\n")),
                ("shop/charts/db/templates/role.yaml", Text(ROLE)),
            ],
            vec![],
        ),
        (
            "a chart inside of the archive",
            vec![chart(CHART), values("{}\n"), ("shop/charts/db-1.0.0.tgz", Archive(&NESTED))],
            vec![format!(
                "shop/Chart.yaml:5 db < written inside of `db` (line 7 of \
                 `shop/charts/db-1.0.0.tgz/charts/rights/templates/role.yaml`)"
            )],
        ),
        (
            "made from a chart beside it",
            vec![chart(&local), values("{}\n"), packed(), beside[0], beside[1], beside[2]],
            vec!["db/values.yaml:4 * < through values `.Values.verbs`".to_owned()],
        ),
        (
            "made from a chart elsewhere",
            vec![chart(&local), values("{}\n"), packed()],
            vec![at_dependency.clone()],
        ),
        ("of no chart", vec![values("{}\n"), packed()], vec![]),
        (
            "named by a release",
            vec![("a.yaml", Text(&plain)), ("packed/db-1.0.0.tgz", Archive(&INNER))],
            vec![format!(
                "a.yaml:7 ./packed/db-1.0.0.tgz < {} < {}",
                through.replace("shop/charts", "packed"),
                inside("packed/db-1.0.0.tgz")
            )],
        ),
        (
            "with a value of the release",
            vec![("a.yaml", Text(&wide)), ("packed/db-1.0.0.tgz", Archive(&INNER))],
            vec![format!("a.yaml:11 * < {}", through.replace("shop/charts", "packed"))],
        ),
        (
            "mended by the release",
            vec![("a.yaml", Text(&given)), ("packed/db-1.0.0.tgz", Archive(&INNER))],
            vec![],
        ),
    ];
    for (name, files, expected) in cases {
        let (findings, skipped) = found(&files);
        assert_eq!(findings, expected, "{name}");
        assert!(skipped.iter().all(|it| !it.contains(".tgz")), "{name}: {skipped:?}");
    }
}

#[test]
fn what_is_left_out_of_an_archive_is_told() {
    let files = |content| {
        [
            ("shop/Chart.yaml", Text(CHART)),
            ("shop/values.yaml", Text("{}\n")),
            ("shop/charts/db.tgz", content),
        ]
    };
    let (findings, skipped) = found(&files(Text("no archive")));
    assert_eq!(findings, [""; 0]);
    assert_eq!(skipped.len(), 1);
    assert!(skipped[0].starts_with("shop/charts/db.tgz: a packed chart of which nothing is read"));
    let empty = [("db/values.yaml", "a: 1\n")];
    let (_, skipped) = found(&files(Archive(&empty)));
    assert!(skipped[0].contains("there is no `Chart.yaml` in it"), "{skipped:?}");
}

#[cfg(unix)]
#[test]
fn archives_of_a_commit_are_opened_too() {
    let folder = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.args(args).current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.output().is_ok_and(|it| it.status.success())
    };
    if !git(&["init", "--quiet"]) {
        return;
    }
    let files = [
        ("shop/Chart.yaml", Text(CHART)),
        ("shop/values.yaml", Text("{}\n")),
        ("shop/charts/db.tgz", Archive(&INNER)),
    ];
    write(folder.path(), &files);
    assert!(git(&["add", "--all"]));
    fs::remove_dir_all(folder.path().join("shop")).unwrap();
    let options =
        Options { paths: vec![folder.path().to_owned()], staged: true, ..Options::default() };
    let report = check_paths(&options).unwrap().report;
    let paths: Vec<_> =
        report.findings.iter().map(|it| report.sources.path(it.place.file)).collect();
    assert!(!paths.is_empty() && paths.iter().all(|it| *it == "shop/Chart.yaml"), "{paths:?}");
}
