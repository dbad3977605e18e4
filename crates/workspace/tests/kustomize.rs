//! Kustomizations on disk: what is read for them, and where findings about them stand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;

use nhilint_workspace::{Checked, Options, check_paths};
use repository::{checked, repository};

const ROLE: (&str, &str) = (
    "k/base/role.yaml",
    "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: web
rules:
  - apiGroups: ['*']
    resources: ['*']
    verbs: ['*']
",
);
const BASE: (&str, &str) = ("k/base/kustomization.yaml", "resources: [role.yaml]\n");
const DEV: (&str, &str) =
    ("k/dev/kustomization.yaml", "namePrefix: dev-\nresources:\n  - ../base\n");
const PROD: (&str, &str) =
    ("k/prod/kustomization.yaml", "namePrefix: prod-\nresources:\n  - ../base\n");
const NARROW: &str = "patches:\n  - target: {kind: ClusterRole}\n    patch: |-\n      \
                      - {op: replace, path: /rules, value: [{apiGroups: [''], resources: [pods], \
                      verbs: [list]}]}\n";

fn check(files: &[(&str, &str)], path: &str) -> Checked {
    let rules = ["embedded-secret", "plain-secret-manifest", "wildcard-action"];
    checked(&repository(files).path().join(path), &rules).unwrap()
}

/// `rule path:line`, with the related places and what they say.
fn found(checked: &Checked) -> Vec<String> {
    let sources = &checked.report.sources;
    let at = |place| {
        let (start, _) = sources.range(place);
        format!("{}:{}", sources.path(place.file), start.line)
    };
    let findings = checked.report.findings.iter();
    findings
        .map(|it| {
            let related = it.related.iter();
            let related = related.filter(|it| it.message.starts_with("deployed by"));
            let related: Vec<_> =
                related.map(|it| format!("{} {}", at(it.place), it.message)).collect();
            format!("{} {} [{}]", it.rule.id, at(it.place), related.join(", "))
        })
        .collect()
}

#[test]
fn a_base_is_one_finding_with_its_overlays() {
    assert_eq!(
        found(&check(&[BASE, ROLE, DEV, PROD], "")),
        ["wildcard-action k/base/role.yaml:8 [k/dev/kustomization.yaml:3 deployed by `k/dev`, \
          k/prod/kustomization.yaml:3 deployed by `k/prod`]"]
    );
    // By itself it is what it says.
    assert_eq!(found(&check(&[BASE, ROLE], "")), ["wildcard-action k/base/role.yaml:8 []"]);
}

#[test]
fn an_overlay_that_mends_a_base_is_left_out() {
    let mended = format!("{}{NARROW}", PROD.1);
    let files = [BASE, ROLE, DEV, (PROD.0, mended.as_str())];
    assert_eq!(
        found(&check(&files, "")),
        ["wildcard-action k/base/role.yaml:8 [k/dev/kustomization.yaml:3 deployed by `k/dev`]"]
    );
    let files = [BASE, ROLE, (PROD.0, mended.as_str())];
    assert_eq!(found(&check(&files, "")), [""; 0]);
}

#[test]
fn a_patch_that_does_harm_is_reported_where_it_stands() {
    let narrow = ROLE.1.replace("['*']", "[list]");
    let wide = "resources: [../base]\npatches:\n  - target: {kind: ClusterRole}\n    patch: |-\n      \
                - op: replace\n        path: /rules/0/verbs\n        value: ['*']\n";
    let files = [BASE, (ROLE.0, narrow.as_str()), ("k/prod/kustomization.yaml", wide)];
    let checked = check(&files, "");
    assert_eq!(found(&checked), ["wildcard-action k/prod/kustomization.yaml:7 []"]);
    let related = &checked.report.findings[0].related;
    assert!(related.iter().any(|it| it.message.starts_with("through patch of")), "{related:?}");
}

#[test]
fn a_comment_in_the_base_excuses_it_everywhere() {
    let role =
        ROLE.1.replace("    verbs", "    # nhilint: ignore[wildcard-action] -- a demo\n    verbs");
    let checked = check(&[BASE, (ROLE.0, role.as_str()), DEV, PROD], "");
    assert_eq!(found(&checked), [""; 0]);
    assert_eq!(checked.report.suppressed.len(), 1);
}

#[test]
fn what_generators_name_is_read_unless_git_ignores_it() {
    let kustomization = "secretGenerator:\n  - name: a\n    envs: [app.env]\n  - name: b\n    \
                         envs: [local.env]\n  - name: c\n    files: [../../up/token]\n";
    let line = "API_TOKEN=kT7-vnQ2.pLw9xxM4s\n";
    let files = [
        ("k/kustomization.yaml", kustomization),
        ("k/app.env", "# the app\nAPI_TOKEN=zR5-qkL8.wTn3vvP7d\n"),
        ("k/local.env", line),
        (".gitignore", "local.env\n"),
    ];
    let checked = check(&files, "");
    assert_eq!(found(&checked), ["plain-secret-manifest k/app.env:2 []"]);
    let statistics = checked.report.statistics;
    let kustomizations = statistics.kustomizations;
    assert_eq!((kustomizations.resolved, kustomizations.partly), (0, 1));
}

#[test]
fn an_overlay_that_is_asked_for_brings_its_base_along() {
    let files = [BASE, ROLE, DEV, PROD];
    assert_eq!(
        found(&check(&files, "k/prod")),
        ["wildcard-action k/base/role.yaml:8 [k/prod/kustomization.yaml:3 deployed by `k/prod`]"]
    );
    // Whoever asks for a file asks for nothing else.
    assert_eq!(found(&check(&files, "k/prod/kustomization.yaml")), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_workspace_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("role.yaml"), ROLE.1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("k/.git")).unwrap();
    let at = folder.path().join("k");
    std::os::unix::fs::symlink(outside.path(), at.join("base")).unwrap();
    std::fs::write(at.join("kustomization.yaml"), "resources: [base/role.yaml, base]\n").unwrap();
    let options = Options { paths: vec![at], ..Options::default() };
    let checked = check_paths(&options).unwrap();
    assert_eq!(found(&checked), [""; 0]);
    assert_eq!(checked.report.facts.notes.len(), 2);
}

#[test]
fn findings_keep_their_fingerprints_when_other_files_come_along() {
    let fingerprints = |further: &[(&str, &str)]| {
        let mut files = vec![BASE, ROLE, DEV, PROD];
        files.extend(further);
        let checked = check(&files, "");
        let all = checked.report.findings.iter().map(|it| it.fingerprint.to_string());
        all.collect::<Vec<_>>()
    };
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other}\n";
    let alone = fingerprints(&[]);
    assert_eq!(alone.len(), 1);
    let unrelated = [("k/prod/a.yaml", account), ("k/dev/README.md", "# dev\n")];
    assert_eq!(fingerprints(&unrelated), alone);
    let further = [("k/a.yaml", account), ("k/base/a.yaml", account), ("a.yaml", account)];
    assert_eq!(fingerprints(&further), alone);
}
