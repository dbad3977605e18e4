//! Service accounts, workloads and the tokens they are handed.

mod lens;

use lens::{analyze, expect};

fn pod(meta: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{{meta}}}\nspec:\n  \
         containers: [{{name: a, image: b}}]\n{spec}"
    )
}

fn account(meta: &str, rest: &str) -> String {
    format!("apiVersion: v1\nkind: ServiceAccount\nmetadata: {{{meta}}}\n{rest}")
}

#[test]
fn every_kind_of_workload_runs_as_its_account() {
    const POD: &str = "{serviceAccountName: bot, containers: [{name: a, image: b}]}";
    let template = format!("spec: {{template: {{spec: {POD}}}}}");
    let cases = [
        ("v1", "Pod", format!("spec: {POD}")),
        ("v1", "ReplicationController", template.clone()),
        ("v1", "PodTemplate", format!("template: {{spec: {POD}}}")),
        ("apps/v1", "Deployment", template.clone()),
        ("apps/v1", "StatefulSet", template.clone()),
        ("apps/v1", "DaemonSet", template.clone()),
        ("apps/v1", "ReplicaSet", template.clone()),
        ("extensions/v1beta1", "Deployment", template.clone()),
        ("batch/v1", "Job", template.clone()),
        ("batch/v1", "CronJob", format!("spec: {{jobTemplate: {{{template}}}}}")),
        ("argoproj.io/v1alpha1", "Rollout", template.clone()),
        ("serving.knative.dev/v1", "Service", template.clone()),
    ];
    for (version, kind, body) in cases {
        let text = format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w, namespace: ns}}\n{body}\n"
        );
        let case = analyze(&[("w.yaml", &text)]);
        let expected =
            format!("ns/{kind}/w -> kubernetes-service-account:ns/ServiceAccount/bot @bot");
        expect(kind, &case.uses(), &[&expected]);
    }
}

#[test]
fn other_kinds_are_no_workloads() {
    let cases = [
        "apiVersion: v1\nkind: Service\nmetadata: {name: w}\nspec: {selector: {a: b}}\n",
        "apiVersion: example.com/v1\nkind: Pod\nmetadata: {name: w}\n\
         spec: {containers: [{name: a, image: b}]}\n",
        // A patch: nothing that could run.
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n\
         spec: {template: {spec: {containers: [{name: a, env: []}]}}}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {replicas: 2}\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
         spec: {template: {spec: {containers: [{name: a, image: b}]}}}\n---\n\
         apiVersion: v1\nkind: Node\n",
    ];
    for text in cases {
        let case = analyze(&[("w.yaml", text)]);
        assert!(case.facts.identities.is_empty() || text.contains("Definition"), "{text}");
    }
}

#[test]
fn a_pod_without_an_account_runs_as_the_default_one_of_its_namespace() {
    let files = [
        ("a/one.yaml", pod("name: one, namespace: ns", "")),
        ("a/two.yaml", pod("name: two, namespace: ns", "  serviceAccountName: default\n")),
        ("a/three.yaml", pod("name: three, namespace: m", "  serviceAccount: default\n")),
        ("b/four.yaml", pod("name: four, namespace: ns", "")),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = analyze(&files);
    let built_in: Vec<_> =
        case.identities().into_iter().filter(|it| it.contains("built")).collect();
    expect(
        "accounts",
        &built_in,
        &[
            "ns/ServiceAccount/default owner absent built-in",
            "m/ServiceAccount/default owner absent built-in",
            "ns/ServiceAccount/default owner absent built-in",
        ],
    );
    let scopes: Vec<_> = case.facts.uses.iter().map(|it| format!("{:?}", it.to)).collect();
    assert_eq!(scopes[0], scopes[1]);
    assert_ne!(scopes[0], scopes[3], "another folder may be another cluster");
}

#[test]
fn the_pod_decides_about_its_token_before_the_account() {
    const MOUNTED: &str = "3607s";
    let off = "automountServiceAccountToken: false\n";
    let on = "automountServiceAccountToken: true\n";
    let cases = [
        ("", "", true),
        (off, "", false),
        ("", off, false),
        (on, off, true),
        (off, on, false),
        // YAML 1.1, as Kubernetes reads it.
        ("automountServiceAccountToken: no\n", "", false),
        ("automountServiceAccountToken: Off\n", "", false),
        ("automountServiceAccountToken: 'no'\n", "", false),
    ];
    for (on_pod, on_account, expected) in cases {
        let pod = pod("name: p", &format!("  serviceAccountName: a\n  {on_pod}\n"));
        let case = analyze(&[("p.yaml", &pod), ("a.yaml", &account("name: a", on_account))]);
        let mounted = case.credentials().iter().any(|it| it.contains(MOUNTED));
        assert_eq!(mounted, expected, "pod {on_pod:?} account {on_account:?}");
    }
    let stranger = pod("name: p", "  serviceAccountName: elsewhere\n");
    let case = analyze(&[("p.yaml", &stranger)]);
    expect("an account that is not here may forbid it", &case.credentials(), &[]);
}

#[test]
fn the_token_names_its_account_and_the_smallest_place() {
    let case = analyze(&[("p.yaml", &pod("name: p, namespace: ns", ""))]);
    expect(
        "by default",
        &case.credentials(),
        &["ns/Pod/p#automountServiceAccountToken service account token 3607s Pod p of \
           ns/ServiceAccount/default@p"],
    );
    let text = pod("name: p", "  automountServiceAccountToken: true\n");
    let case = analyze(&[("p.yaml", &text)]);
    assert!(case.credentials()[0].ends_with("@true"), "{:?}", case.credentials());
}

#[test]
fn projected_tokens_say_how_long_and_for_whom() {
    let cases = [
        ("path: t", "3600s Kubernetes API", "{path: t}"),
        ("path: t, expirationSeconds: 7200, audience: vault", "7200s audience vault", "7200"),
        ("path: t, expirationSeconds: 172800", "172800s Kubernetes API", "172800"),
    ];
    for (token, expected, at) in cases {
        let spec = format!(
            "  automountServiceAccountToken: false\n  serviceAccountName: a\n  volumes:\n  \
             - name: v\n    projected: {{sources: [{{serviceAccountToken: {{{token}}}}}]}}\n"
        );
        let case = analyze(&[("p.yaml", &pod("name: p", &spec))]);
        let line = format!(
            "Pod/p#volumes.v.serviceAccountToken service account token {expected} of \
             kubernetes-service-account:ServiceAccount/a@{at}"
        );
        expect(token, &case.credentials(), &[&line]);
    }
}

#[test]
fn annotations_lead_to_cloud_identities() {
    let cases = [
        ("eks.amazonaws.com/role-arn", "arn:aws:iam::123456789012:role/x", "aws-iam-role"),
        ("iam.gke.io/gcp-service-account", "x@p.iam.gserviceaccount.com", "gcp-service-account"),
        (
            "azure.workload.identity/client-id",
            "00000000-1111-2222-3333-444444444444",
            "azure-managed-identity",
        ),
    ];
    for (key, value, kind) in cases {
        let text = account(&format!("name: a, annotations: {{{key}: '{value}'}}"), "");
        let case = analyze(&[("a.yaml", &text)]);
        let line = format!("ServiceAccount/a -> {kind}:{value} @'{value}'");
        expect(key, &case.uses(), &[&line]);
    }
}

#[test]
fn owners_come_from_labels_annotations_pod_templates_and_namespaces() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ns\n  \
                     labels: {team: platform}\n";
    let cases = [
        ("name: a, labels: {app.kubernetes.io/owner: x}", "label:x@x"),
        ("name: a, annotations: {example.com/team: 'y z'}", "annotation:y z@'y z'"),
        ("name: a, labels: {owner: tbd}, annotations: {owner: z}", "annotation:z@z"),
        ("name: a, namespace: ns", "namespace:platform@platform"),
        ("name: a, namespace: ns, labels: {owner: x}", "label:x@x"),
        ("name: a, namespace: other", "absent"),
        ("name: a", "absent"),
    ];
    for (meta, expected) in cases {
        let case = analyze(&[("k/a.yaml", &account(meta, "")), ("k/n.yaml", namespace)]);
        let found = case.identities();
        assert!(found[0].ends_with(&format!("/a owner {expected}")), "{meta}: {found:?}");
    }
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  \
                      template:\n    metadata: {labels: {team: t}}\n    \
                      spec: {serviceAccountName: a, containers: [{image: b}]}\n";
    let case = analyze(&[("d.yaml", deployment)]);
    expect("template", &case.identities(), &["Deployment/d owner label:t@t"]);
}

#[test]
fn secrets_that_a_pod_refers_to_are_references() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  \
                automountServiceAccountToken: false\n  imagePullSecrets: [{name: registry}]\n  \
                containers:\n  - name: a\n    image: b\n    env:\n    - name: TOKEN\n      \
                valueFrom: {secretKeyRef: {name: s, key: token}}\n    \
                envFrom: [{secretRef: {name: all}}]\n  \
                volumes: [{name: v, secret: {secretName: files}}]\n";
    let case = analyze(&[("p.yaml", text)]);
    expect(
        "references",
        &case.credentials(),
        &[
            "Pod/p#imagePullSecrets registry credential -> registry",
            "Pod/p#containers.a.env.TOKEN credential -> s/token",
            "Pod/p#containers.a.envFrom credential -> all/*",
            "Pod/p#volumes.v.secret credential -> files/*",
        ],
    );
}

/// The text after the repair of the first credential that has one and whose slot is `path`.
fn repaired(name: &str, text: &str, path: &str) -> Option<String> {
    let case = analyze(&[(name, text)]);
    let fix = case.facts.credentials.iter().find(|it| it.slot.path.ends_with(path))?;
    let edits = &fix.fix.as_ref()?.edits;
    assert_eq!(edits.len(), 1, "{text}");
    let edit = edits.first()?;
    let mut after = text.to_owned();
    after.replace_range(edit.span.range(), &edit.text);
    let language = nhilint_kubernetes::language(name, &after)?;
    let tree = syntax::parse(after.as_str().into(), language, &syntax::Limits::default());
    assert!(tree.problems().is_empty(), "{after}");
    Some(after)
}

const HEAD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: w\nspec:\n";

#[test]
fn a_token_is_kept_out_of_a_pod_by_a_line_of_its_own() {
    let containers = "  # what runs\n  containers:\n    - name: a\n      image: b\n";
    let line = "  automountServiceAccountToken: false\n";
    let cases = [
        (
            format!("  hostname: bot # why\n{containers}"),
            Some(format!("  hostname: bot # why\n{line}{containers}")),
        ),
        (
            format!("{containers}  volumes: []\n"),
            Some(format!("{containers}{line}  volumes: []\n")),
        ),
        (
            format!("{containers}  hostname: bot"),
            Some(format!("{containers}  hostname: bot\n{}", line.trim_end())),
        ),
        (
            format!("  automountServiceAccountToken: true # yes\n{containers}"),
            Some(format!("  automountServiceAccountToken: false # yes\n{containers}")),
        ),
        // The comment is about the only key there is.
        (containers.to_owned(), None),
    ];
    for (spec, expected) in cases {
        let after = repaired("w.yaml", &format!("{HEAD}{spec}"), "automountServiceAccountToken");
        assert_eq!(after, expected.map(|it| format!("{HEAD}{it}")), "{spec}");
    }
    let crlf = format!("{HEAD}  hostname: é𝒳\n  containers: [{{name: a, image: b}}]\n");
    let after = repaired("w.yaml", &crlf.replace('\n', "\r\n"), "automountServiceAccountToken");
    let expected = crlf.replace("é𝒳\n", &format!("é𝒳\n{line}"));
    assert_eq!(after, Some(expected.replace('\n', "\r\n")));
}

#[test]
fn a_token_is_kept_out_of_a_pod_between_braces() {
    let flow = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\n\
                spec: {containers: [{name: a, image: b}]}\n";
    let expected = flow.replace("spec: {", "spec: {automountServiceAccountToken: false, ");
    assert_eq!(repaired("w.yaml", flow, "automountServiceAccountToken"), Some(expected));
    let json = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"spec\": {\n    \
                \"containers\": [{\"name\": \"a\", \"image\": \"b\"}]\n  }\n}\n";
    let expected = json.replace(
        "    \"containers\"",
        "    \"automountServiceAccountToken\": false,\n    \"containers\"",
    );
    assert_eq!(repaired("w.json", json, "automountServiceAccountToken"), Some(expected));
}

#[test]
fn what_a_template_or_an_alias_writes_is_not_repaired() {
    let template =
        format!("{HEAD}  hostname: {{{{ .Values.h }}}}\n  containers: [{{name: a, image: b}}]\n");
    assert_eq!(repaired("w.yaml", &template, "automountServiceAccountToken"), None);
    let alias = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\n\
                 x: &s {hostname: h, containers: [{name: a, image: b}]}\nspec: *s\n";
    assert_eq!(repaired("w.yaml", alias, "automountServiceAccountToken"), None);
    let anchored = format!(
        "{HEAD}  automountServiceAccountToken: &on true\n  hostIPC: *on\n  containers: []\n"
    );
    assert_eq!(repaired("w.yaml", &anchored, "automountServiceAccountToken"), None);
    let merged = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nx: &s {hostname: h}\n\
                  spec:\n  <<: *nowhere\n  containers: [{name: a, image: b}]\n";
    assert_eq!(repaired("w.yaml", merged, "automountServiceAccountToken"), None);
}

#[test]
fn a_long_token_is_shortened_where_it_says_so() {
    let text = |seconds: &str| {
        format!(
            "{HEAD}  containers: [{{name: a, image: b}}]\n  volumes:\n    - name: t\n      \
             projected:\n        sources:\n          - serviceAccountToken:\n              \
             path: t\n              expirationSeconds: {seconds} # long\n"
        )
    };
    let after = repaired("w.yaml", &text("31536000"), "volumes.t.serviceAccountToken");
    assert_eq!(after, Some(text("3600")));
    assert_eq!(repaired("w.yaml", &text("7200"), "volumes.t.serviceAccountToken"), None);
}

#[test]
fn a_written_variable_is_taken_from_a_secret() {
    let variable = |rest: &str| {
        format!(
            "{HEAD}  containers:\n    - name: a\n      image: b\n      env:\n        - name: DB_PASSWORD\n{rest}"
        )
    };
    let text = variable("          value: \"hunterFAKEtwo82nf0s\" # x\n");
    let expected = variable(
        "          valueFrom:\n            secretKeyRef:\n              name: w\n              \
         key: DB_PASSWORD # x\n",
    );
    assert_eq!(repaired("w.yaml", &text, "env.DB_PASSWORD"), Some(expected));
    let flow = text.replace(
        "- name: DB_PASSWORD\n          value: \"hunterFAKEtwo82nf0s\"",
        "- {name: DB_PASSWORD, value: hunterFAKEtwo82nf0s}",
    );
    let expected = flow.replace(
        "value: hunterFAKEtwo82nf0s",
        "valueFrom: {secretKeyRef: {name: w, key: DB_PASSWORD}}",
    );
    assert_eq!(repaired("w.yaml", &flow, "env.DB_PASSWORD"), Some(expected));
}

/// The text after all repairs of literals.
fn without_literals(name: &str, text: &str) -> String {
    let case = analyze(&[(name, text)]);
    let fixes = case.facts.credentials.iter().filter(|it| it.literal().is_some());
    let mut edits: Vec<_> =
        fixes.filter_map(|it| it.fix.as_ref()).flat_map(|it| it.edits.clone()).collect();
    edits.sort_by_key(|it| it.span.start);
    edits.dedup();
    let mut after = text.to_owned();
    for edit in edits.iter().rev() {
        after.replace_range(edit.span.range(), &edit.text);
    }
    let limits = syntax::Limits::default();
    let tree = nhilint_kubernetes::language(name, &after)
        .map(|it| syntax::parse(after.as_str().into(), it, &limits));
    assert!(tree.is_some_and(|it| it.problems().is_empty()), "{after}");
    after
}

#[test]
fn one_value_in_two_variables_leaves_both() {
    let text = format!(
        "{HEAD}  containers:\n    - name: a\n      env:\n        - name: DB_PASSWORD\n          \
         value: kFAKEab7-Zr3Vw0Q2 # first\n    - name: b\n      env:\n        \
         - {{name: API_TOKEN, value: 'kFAKEab7-Zr3Vw0Q2'}}\n"
    );
    let after = text
        .replace(
            "value: kFAKEab7-Zr3Vw0Q2",
            "valueFrom:\n            secretKeyRef:\n              name: w\n              key: DB_PASSWORD",
        )
        .replace(
            "value: 'kFAKEab7-Zr3Vw0Q2'",
            "valueFrom: {secretKeyRef: {name: w, key: API_TOKEN}}",
        );
    assert_eq!(without_literals("w.yaml", &text), after);
}

#[test]
fn two_values_of_one_name_get_keys_of_their_own() {
    let container = |name: &str, value: &str| {
        format!("    - name: {name}\n      env: [{{name: DB_PASSWORD, {value}}}]\n")
    };
    let file = |a: &str, b: &str| {
        format!("{HEAD}  containers:\n{}{}", container("a", a), container("b", b))
    };
    let text = file("value: kFAKEab7-Zr3Vw0Q2", "value: mFAKEab7-Zr3Vw0Q3");
    let key = |it: &str| format!("valueFrom: {{secretKeyRef: {{name: w, key: {it}}}}}");
    let after = file(&key("a.DB_PASSWORD"), &key("b.DB_PASSWORD"));
    assert_eq!(without_literals("w.yaml", &text), after);
}

#[test]
fn what_would_leave_the_value_in_the_file_is_not_repaired() {
    let variable = |entry: &str| {
        format!(
            "{HEAD}  containers:\n    - name: a\n      env:\n        - name: DB_PASSWORD\n{entry}"
        )
    };
    let value = "          value: kFAKEab7-Zr3Vw0Q2\n";
    let cases = [
        // A comment, an argument and another document hold it, too.
        format!("# kFAKEab7-Zr3Vw0Q2\n{}", variable(value)),
        variable(&format!("{value}      args: [--password=kFAKEab7-Zr3Vw0Q2]\n")),
        variable(&format!(
            "{value}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  \
             url: postgres://app:kFAKEab7-Zr3Vw0Q2@db/app\n"
        )),
        // A part of a value, and one with a name of its own.
        variable("          value: postgres://app:kFAKEab7-Zr3Vw0Q2@db/app\n"),
        variable("          value: &password kFAKEab7-Zr3Vw0Q2\n"),
        // No Secret has a name, and no key is called so.
        variable(value).replace("name: w\n", "generateName: w-\n"),
        variable(value).replace("DB_PASSWORD", "\"DB PASSWORD\""),
        variable("          value: \"{{ .Values.x }}kFAKEab7-Zr3Vw0Q2\"\n"),
    ];
    for text in cases {
        assert_eq!(without_literals("w.yaml", &text), text);
    }
}

#[test]
fn a_text_of_several_lines_is_taken_from_a_secret() {
    let variable = |entry: &str| {
        format!(
            "{HEAD}  containers:\n    - name: a\n      env:\n        - name: DB_PASSWORD\n{entry}          # on\n      image: b\n"
        )
    };
    let reference = "          valueFrom:\n            secretKeyRef:\n              name: w\n              key: DB_PASSWORD\n";
    for block in ["|-", ">-"] {
        let text = variable(&format!("          value: {block}\n            kFAKEab7-Zr3Vw0Q2\n"));
        let after = without_literals("w.yaml", &text);
        assert!(after == variable(reference) || after == text, "{after}");
    }
}

#[test]
fn a_project_of_argo_cd_may_make_everything_or_what_it_lists() {
    let project = |repository: &str, namespace: &str, kind: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: p, namespace: cd}}\n\
             spec:\n  sourceRepos: ['{repository}']\n  destinations: [{{server: '*', namespace: '{namespace}'}}]\n  \
             clusterResourceWhitelist: [{{group: '*', kind: '{kind}'}}]\n"
        )
    };
    let case = analyze(&[("p.yaml", &project("*", "*", "*"))]);
    let expected = "cd/AppProject/p#clusterResourceWhitelist[0] Cluster maybe-bound | * | * | *";
    expect("everything", &case.rules(), &[expected]);
    for (repository, namespace, kind) in [
        ("*", "shop", "*"),
        ("*", "*", "Namespace"),
        ("*", "{{ .ns }}", "*"),
        ("https://git.example/a.git", "*", "*"),
        ("{{ .repo }}", "*", "*"),
    ] {
        let case = analyze(&[("p.yaml", &project(repository, namespace, kind))]);
        expect(namespace, &case.rules(), &[]);
    }
}
