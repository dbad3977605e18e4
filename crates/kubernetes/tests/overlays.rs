//! Further values of a chart: what only they bring about is found, where it is written.

#![expect(clippy::unwrap_used, reason = "a broken test may panic")]

use std::sync::Arc;

use model::{Facts, FileId};
use nhilint_kubernetes::{ChartFile, Charts, Options, join};
use syntax::{Language, Limits};

/// Files by number.
type Read = Vec<(&'static str, Arc<str>)>;

/// The facts of a chart, with the files by number.
fn run(files: &[(&'static str, &str)]) -> (Facts, Read) {
    let (facts, _, files) = evaluated(files);
    (facts, files)
}

/// The same with what is noted on the way.
fn evaluated(files: &[(&'static str, &str)]) -> (Facts, Vec<model::Note>, Read) {
    let mut files: Vec<(&'static str, Arc<str>)> =
        files.iter().map(|(path, text)| (*path, (*text).into())).collect();
    files.sort_by_key(|it| it.0);
    let limits = Limits::default();
    let inputs = files.iter().enumerate().map(|(number, (path, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path,
        text,
    });
    let trees: Vec<_> =
        files.iter().map(|it| syntax::parse(Arc::clone(&it.1), Language::Yaml, &limits)).collect();
    let sources = (0u32..)
        .zip(files.iter().zip(&trees))
        .map(|(number, ((path, _), tree))| model::Source { file: FileId(number), path, tree });
    let sources: Vec<_> = sources.collect();
    let charts = Charts::find(inputs.collect(), None).with_installations(&sources);
    let options = Options::default();
    let mut all: Vec<_> = (0..charts.len()).map(|it| charts.evaluate(it, &options)).collect();
    all.push(charts.evaluate_installed(&all, &options));
    let notes = all.iter_mut().flat_map(|it| std::mem::take(&mut it.notes)).collect();
    let objects = all.into_iter().flat_map(|it| it.objects.into_iter().chain(it.further));
    let facts = join(objects);
    drop(charts);
    (facts, notes, files)
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

const APPLICATION: &str =
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n";
const RELEASE: &str =
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec:\n";

#[test]
fn what_an_object_sets_when_it_installs_a_chart_stands_in_the_object() {
    let chart = ("c/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    let binding = ("c/app/templates/b.yaml", BINDING.1);
    let own = ("c/app/values.yaml", "rbac: false\nrole: view\n");
    let prod = ("c/app/prod.yaml", "role: admin\n");
    let argo = |below: &str| format!("{APPLICATION}  source:\n    path: c/app\n    helm:\n{below}");
    let flux = |kind: &str, below: &str| {
        format!(
            "{RELEASE}  chart:\n    spec:\n      chart: ./c/app\n      sourceRef: {{kind: {kind}, name: r}}\n{below}"
        )
    };
    let on = "      valuesObject: {rbac: true, role: cluster-admin}\n";
    let values = "  values: {rbac: true, role: edit}\n";
    let cases: [(String, &[&str]); 17] = [
        (argo(on), &["x/app.yaml: cluster-admin"]),
        (argo("      values: |\n        rbac: true\n        role: edit\n"), &["x/app.yaml: edit"]),
        (
            argo("      parameters: [{name: rbac, value: 'true'}, {name: role, value: edit}]\n"),
            &["x/app.yaml: edit"],
        ),
        // Only the condition is set: the role stands in the chart.
        (argo("      valuesObject: {rbac: true}\n"), &["c/app/values.yaml: view"]),
        (
            argo("      valueFiles: [prod.yaml]\n      valuesObject: {rbac: true}\n"),
            &["c/app/prod.yaml: admin"],
        ),
        // A text is no switch, but a text that is not empty.
        (
            argo("      parameters: [{name: rbac, value: 'false', forceString: true}]\n"),
            &["c/app/values.yaml: view"],
        ),
        (argo("      parameters: [{name: rbac, value: 'false'}]\n"), &[]),
        (
            format!(
                "{APPLICATION}  sources:\n    - {{repoURL: r, ref: v}}\n    - path: c/app/\n      helm:\n        valueFiles: [$v/c/app/prod.yaml]\n        parameters: [{{name: rbac, value: 'true'}}]\n"
            ),
            &["c/app/prod.yaml: admin"],
        ),
        // What is not here may say anything.
        (argo(&format!("      valueFiles: [secrets.yaml]\n{on}")), &[]),
        (argo(&format!("      valueFiles: [https://a.example/v.yaml]\n{on}")), &[]),
        (argo(&format!("      fileParameters: [{{name: role, path: r}}]\n{on}")), &[]),
        (argo(on).replace("c/app", "other"), &[]),
        (argo(on).replace("path: c/app", "path: '{{path}}'"), &[]),
        (flux("GitRepository", values), &["x/app.yaml: edit"]),
        (flux("HelmRepository", values), &[]),
        (
            flux("GitRepository", &format!("{values}  valuesFrom: [{{kind: Secret, name: s}}]\n")),
            &[],
        ),
        (
            flux("GitRepository", "  values: {rbac: true}\n")
                .replace("./c/app\n", "./c/app\n      valuesFiles: [./c/app/prod.yaml]\n"),
            &["c/app/prod.yaml: admin"],
        ),
    ];
    for (object, expected) in cases {
        let object = object.as_str();
        assert_eq!(
            roles(&[chart, binding, own, prod, ("x/app.yaml", object)]),
            expected,
            "{object}"
        );
    }
}

#[test]
fn what_a_chart_sets_for_one_beside_it_stands_in_its_values() {
    let app = ("c/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    let binding = ("c/app/templates/b.yaml", BINDING.1);
    let own = ("c/app/values.yaml", "rbac: true\nrole: view\n");
    let shop = "name: shop\nversion: 1.0.0\ndependencies:\n- name: app\n  alias: main\n  \
                condition: main.on\n  repository: file://../app\n";
    let cases: [(&str, &str, &[&str]); 5] = [
        (shop, "main: {role: edit}\n", &["c/app/values.yaml: view", "c/shop/values.yaml: edit"]),
        (shop, "main: {role: edit, on: false}\n", &["c/app/values.yaml: view"]),
        (shop, "app: {role: edit}\n", &["c/app/values.yaml: view"]),
        (shop, "main: {}\n", &["c/app/values.yaml: view"]),
        ("name: shop\nversion: 1.0.0\n", "main: {role: edit}\n", &["c/app/values.yaml: view"]),
    ];
    for (described, values, expected) in cases {
        let shop = [("c/shop/Chart.yaml", described), ("c/shop/values.yaml", values)];
        let mut found = roles(&[app, binding, own, shop[0], shop[1]]);
        found.sort();
        assert_eq!(found, expected, "{described}{values}");
    }
}

#[test]
fn sets_of_applications_install_what_plain_data_says() {
    let chart = ("c/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    let binding = ("c/app/templates/b.yaml", BINDING.1);
    let own = ("c/app/values.yaml", "rbac: false\nrole: view\n");
    let prod = ("envs/prod/config.json", "{\"who\": {\"role\": \"admin\"}, \"path\": \"c/app\"}");
    let set = |generators: &str, path: &str, role: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s}}\nspec:\n  \
             generators:\n  {generators}\n  template:\n    metadata: {{name: '{{{{x}}}}'}}\n    spec:\n      \
             source:\n        path: '{path}'\n        helm:\n          values: |\n            \
             rbac: true\n            role: {role}\n"
        )
    };
    let list = "- list: {elements: [{role: edit}, {role: cluster-admin}]}";
    let git = "- git: {repoURL: r, directories: [{path: c/*}]}";
    let files = "- git: {repoURL: r, files: [{path: envs/*/config.json}]}";
    let matrix = "- matrix: {generators: [{list: {elements: [{role: edit, at: c}]}}, \
                  {git: {directories: [{path: '{{at}}/*'}]}}]}";
    let both = ["x/s.yaml: cluster-admin", "x/s.yaml: edit"];
    let merge = "- merge: {mergeKeys: [env], generators: [\
                 {list: {elements: [{env: a, role: view}, {env: b, role: edit}]}}, \
                 {list: {elements: [{env: a, role: cluster-admin}, {env: c, role: x}]}}]}";
    let choosing = "- list: {elements: [{env: a, role: edit}, {env: b, role: cluster-admin}]}\n    \
                    selector: {matchLabels: {env: b}}";
    let leaving_out = choosing.replace(
        "matchLabels: {env: b}",
        "matchExpressions: [{key: env, operator: NotIn, values: [b]}]",
    );
    let with_clusters = merge.replace("]}}]}", "]}}, {clusters: {}}]}");
    let in_matrix = format!(
        "- matrix: {{generators: [{}, {{list: {{elements: [{{x: '1'}}]}}}}]}}",
        merge.trim_start_matches("- ").replacen("merge:", "{merge:", 1) + "}"
    );
    let cases: [(String, &[&str]); 27] = [
        (set(merge, "c/app", "{{role}}"), &both),
        (
            set(&merge.replace("[env]", "[env, role]"), "c/app", "{{role}}"),
            &["x/s.yaml: edit", "x/s.yaml: view"],
        ),
        (set(&merge.replace("[env]", "[other]"), "c/app", "{{role}}"), &[]),
        // Keys that one generator says twice.
        (set(&merge.replace("env: b", "env: a"), "c/app", "{{role}}"), &[]),
        (set(&merge.replace("env: c", "env: a"), "c/app", "{{role}}"), &[]),
        (set(&with_clusters, "c/app", "{{role}}"), &[]),
        (set(&in_matrix, "c/app", "{{role}}"), &both),
        (
            set(
                &matrix.replace("{git: {directories: [{path: '{{at}}/*'}]}}", "{clusters: {}}"),
                "c/app",
                "{{role}}",
            ),
            &[],
        ),
        (set(choosing, "c/app", "{{role}}"), &["x/s.yaml: cluster-admin"]),
        (set(&leaving_out, "c/app", "{{role}}"), &["x/s.yaml: edit"]),
        (set(&choosing.replace("env: b}}", "'{{x}}': b}}"), "c/app", "{{role}}"), &[]),
        (set(list, "c/app", "{{role}}"), &both),
        (set(list, "c/app", "{{ .role }}"), &both),
        (set(list, "c/app", "x-{{role}}"), &["x/s.yaml: x-"]),
        (set(list, "c/app", "{{ .role | upper }}"), &[]),
        (set(list, "c/app", "{{other}}"), &[]),
        (set(list, "{{other}}", "edit"), &[]),
        (set(git, "{{path}}", "edit"), &["x/s.yaml: edit"]),
        (set(git, "{{.path.path}}", "{{.path.basename}}"), &["x/s.yaml: c/*"]),
        (set(git, "c/{{path[1]}}", "edit"), &["x/s.yaml: edit"]),
        (set(&git.replace("c/*", "d/*"), "{{path}}", "edit"), &[]),
        (set(&git.replace("}]", "}, {path: c/a*, exclude: true}]"), "{{path}}", "edit"), &[]),
        (set(files, "c/app", "{{who.role}}"), &["envs/prod/config.json: admin"]),
        (set(matrix, "{{path}}", "{{role}}"), &["x/s.yaml: edit"]),
        (set("- clusters: {}", "c/app", "{{name}}"), &[]),
        (set(&list.replace("elements", "template: {}, elements"), "c/app", "{{role}}"), &[]),
        (format!("{}  templatePatch: x\n", set(list, "c/app", "{{role}}")), &[]),
    ];
    for (object, expected) in cases {
        let found = roles(&[chart, binding, own, prod, ("x/s.yaml", &object)]);
        let mut found: Vec<_> = found.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{object}");
    }
}

#[test]
fn what_a_chart_prints_has_other_charts_installed() {
    let chart = ("c/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    let binding = ("c/app/templates/b.yaml", BINDING.1);
    let own = ("c/app/values.yaml", "rbac: false\nrole: view\n");
    let above = ("apps/Chart.yaml", "name: apps\nversion: 1.0.0\n");
    let values = ("apps/values.yaml", "role: edit\n");
    let object = |path: &str| {
        format!(
            "{APPLICATION}  source:\n    path: {path}\n    helm:\n      valuesObject:\n        \
             rbac: true\n        role: {{{{ .Values.role }}}}\n"
        )
    };
    let cases: [(&str, &[&str]); 3] = [
        ("c/app", &["apps/values.yaml: edit"]),
        ("c/{{ .Values.nowhere }}", &[]),
        ("c/other", &[]),
    ];
    for (path, expected) in cases {
        let object = object(path);
        let files = [chart, binding, own, above, values, ("apps/templates/a.yaml", &object)];
        assert_eq!(roles(&files), expected, "{path}");
    }
}

#[test]
fn the_root_of_an_objects_repository_is_found_above_it() {
    let chart = ("repo/c/app/Chart.yaml", "name: app\nversion: 1.0.0\n");
    let binding = ("repo/c/app/templates/b.yaml", BINDING.1);
    let object = format!(
        "{APPLICATION}  source: {{path: c/app, helm: {{valuesObject: {{rbac: true, role: edit}}}}}}\n"
    );
    for (path, expected) in [
        ("repo/x/y/app.yaml", &["repo/x/y/app.yaml: edit"][..]),
        ("repo/app.yaml", &["repo/app.yaml: edit"]),
        ("other/app.yaml", &[]),
    ] {
        let files = [chart, binding, ("repo/c/app/values.yaml", "rbac: false\n"), (path, &object)];
        assert_eq!(roles(&files), expected, "{path}");
    }
}

/// A dependency, further files, and the number of notes.
type Needs<'a> = (&'a str, &'a [(&'static str, &'a str)], usize);

#[test]
fn charts_that_are_not_here_are_told() {
    let chart = |below: &str| format!("name: app\nversion: 1.0.0\ndependencies:\n{below}");
    let packed = "- {name: redis, version: 1.0.0, repository: 'https://r.example', condition: redis.enabled}\n";
    let local = "- {name: lib, version: 1.0.0, repository: 'file://../lib'}\n";
    let sub = ("a/charts/redis/Chart.yaml", "name: redis\nversion: 1.0.0\n");
    let on = ("a/values.yaml", "redis: {enabled: true}\n");
    let off = ("a/values.yaml", "redis: {enabled: false}\n");
    let cases: [Needs<'_>; 6] = [
        (packed, &[on], 1),
        (packed, &[off], 0),
        (packed, &[on, sub], 0),
        (local, &[on], 1),
        (local, &[on, ("lib/Chart.yaml", "name: lib\nversion: 1.0.0\n")], 0),
        // One chart twice, under other names.
        (
            "- {name: redis, version: 1.0.0, alias: x}\n- {name: redis, version: 1.0.0, alias: y}\n",
            &[on, sub],
            0,
        ),
    ];
    for (listed, further, expected) in cases {
        let text = chart(listed);
        let mut files = vec![("a/Chart.yaml", text.as_str())];
        files.extend(further);
        let (_, notes, files) = evaluated(&files);
        assert_eq!(notes.len(), expected, "{listed} {notes:?}");
        for it in notes {
            let (_, text) = &files[it.place.file.0 as usize];
            let written = text.get(it.place.span.range()).unwrap();
            assert!(written.starts_with("{name:"), "{written}");
        }
    }
}
