//! Further values of a chart: what only they bring about is found, where it is written.

#![expect(clippy::unwrap_used, reason = "a broken test may panic")]

use std::sync::Arc;

use model::{Facts, FileId};
use nhilint_kubernetes::{ChartFile, Charts, Options, join};

/// The facts of a chart, with the files by number.
fn run(files: &[(&'static str, &str)]) -> (Facts, Vec<(&'static str, Arc<str>)>) {
    let mut files: Vec<(&'static str, Arc<str>)> =
        files.iter().map(|(path, text)| (*path, (*text).into())).collect();
    files.sort_by_key(|it| it.0);
    let inputs = files.iter().enumerate().map(|(number, (path, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path,
        text,
    });
    let charts = Charts::find(inputs.collect(), None);
    let facts = join(charts.evaluate(0, &Options::default()).objects);
    drop(charts);
    (facts, files)
}

/// `FILE: text` of every role that is bound.
fn roles(files: &[(&'static str, &str)]) -> Vec<String> {
    let (facts, files) = run(files);
    let grants = facts.grants.iter().filter_map(|it| it.role.known());
    grants
        .map(|it| {
            let place = it.place();
            let (path, text) = &files[place.file.0 as usize];
            format!("{path}: {}", text.get(place.span.range()).unwrap())
        })
        .collect()
}

/// Files, and the roles that are found.
type Case<'a> = (&'a [(&'static str, &'a str)], &'a [&'a str]);

const CHART: (&str, &str) = ("Chart.yaml", "name: app\nversion: 1.0.0\n");

const BINDING: (&str, &str) = (
    "templates/b.yaml",
    "{{ if .Values.rbac }}\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n\
     metadata: {name: b}\nroleRef: {kind: ClusterRole, name: {{ .Values.role }}}\n\
     subjects: [{kind: ServiceAccount, name: bot, namespace: ns}]\n{{ end }}\n",
);

#[test]
fn what_further_values_bring_about_stands_at_the_value() {
    let own = ("values.yaml", "rbac: true\nrole: view\n");
    let cases: [Case<'_>; 5] = [
        (&[CHART, BINDING, own], &["values.yaml: view"]),
        (
            &[CHART, BINDING, own, ("values-prod.yaml", "role: cluster-admin\n")],
            &["values-prod.yaml: cluster-admin", "values.yaml: view"],
        ),
        // Nothing new.
        (&[CHART, BINDING, own, ("values-dev.yaml", "replicas: 1\n")], &["values.yaml: view"]),
        // One cause in the chart's own values, turned on by two others: told once.
        (
            &[
                CHART,
                BINDING,
                ("values.yaml", "rbac: false\nrole: admin\n"),
                ("values-a.yaml", "rbac: true\n"),
                ("values-b.yaml", "rbac: true\n"),
            ],
            &["values.yaml: admin"],
        ),
        // Values of another chart, and of tests, are not this one's.
        (
            &[CHART, BINDING, own, ("ci/x-values.yaml", "role: cluster-admin\n")],
            &["values.yaml: view"],
        ),
    ];
    for (files, expected) in cases {
        let mut found = roles(files);
        found.sort();
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn rules_that_values_hold_are_judged_in_each_set() {
    let role = (
        "templates/r.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n\
         rules:\n{{ toYaml .Values.rules | indent 2 }}\n",
    );
    let own = ("values.yaml", "rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n");
    let wide = ("values-dev.yaml", "rules: [{apiGroups: [''], resources: [pods], verbs: ['*']}]\n");
    let (facts, files) = run(&[CHART, role, own, wide]);
    let found: Vec<_> = facts
        .grants
        .iter()
        .flat_map(|it| &it.actions.items)
        .map(|it| (files[it.place().file.0 as usize].0, it.value.as_str()))
        .collect();
    assert_eq!(found, [("values-dev.yaml", "*"), ("values.yaml", "get")]);
}
