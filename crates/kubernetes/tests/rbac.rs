//! Roles, bindings and who holds what.

mod lens;

use lens::{analyze, expect};

const API: &str = "apiVersion: rbac.authorization.k8s.io/v1\n";

fn role(kind: &str, meta: &str, rules: &str) -> String {
    format!("{API}kind: {kind}\nmetadata: {{{meta}}}\nrules:\n{rules}")
}

fn binding(kind: &str, meta: &str, role: &str, subjects: &str) -> String {
    let (role_kind, name) = role.split_once('/').unwrap_or(("Role", role));
    format!(
        "{API}kind: {kind}\nmetadata: {{{meta}}}\nroleRef:\n  \
         {{apiGroup: rbac.authorization.k8s.io, kind: {role_kind}, name: {name}}}\n\
         subjects:\n{subjects}"
    )
}

const READ: &str = "- {apiGroups: [\"\"], resources: [pods], verbs: [get]}\n";
const BOT: &str = "- {kind: ServiceAccount, name: bot, namespace: ci}\n";

#[test]
fn a_binding_in_another_file_hands_over_every_rule() {
    let rules = "- apiGroups: ['']\n  resources: [pods]\n  verbs: [get]\n\
                 - apiGroups: [apps]\n  resources:\n  - deployments\n  verbs: [\"*\"]\n";
    let case = analyze(&[
        ("k8s/role.yaml", &role("Role", "name: deployer, namespace: prod", rules)),
        (
            "k8s/binding.yaml",
            &binding("RoleBinding", "name: ci, namespace: prod", "Role/deployer", BOT),
        ),
    ]);
    let to = "to kubernetes-service-account:ci/ServiceAccount/bot@bot via prod/RoleBinding/ci";
    expect(
        "rules",
        &case.rules(),
        &[
            &format!("prod/Role/deployer#rules[0] Namespace bound | get | pods | '' | {to}"),
            &format!("prod/Role/deployer#rules[1] Namespace bound | * | deployments | apps | {to}"),
        ],
    );
    let star = &case.facts.grants[1].actions.items[0];
    assert_eq!(case.slice(star.place()), "\"*\"");
    assert_eq!(case.slice(case.facts.grants[0].bindings[0]), "deployer");
    assert_eq!(case.file_of(&case.facts.grants[2]), "k8s/binding.yaml");
    expect(
        "bindings",
        &case.bindings(),
        &[&format!("prod/RoleBinding/ci Namespace deployer@deployer | {to}")],
    );
}

#[test]
fn rules_keep_their_own_dimensions_in_any_order() {
    let narrow = "- {apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [a]}\n";
    let broad = "- {apiGroups: [''], resources: [secrets], verbs: [list]}\n";
    let urls = "- {nonResourceURLs: [/metrics], verbs: [get]}\n";
    let other = "- {apiGroups: [networking.k8s.io], resources: ['*'], verbs: [get]}\n";
    let line =
        |index: usize, rest: &str| format!("Role/r#rules[{index}] Namespace unbound | {rest}");
    let expected = [
        "get | secrets | '' | names a",
        "list | secrets | ''",
        "get |  |  | urls /metrics",
        "get | * | networking.k8s.io",
    ];
    let all = [narrow, broad, urls, other];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let rules: String = order.iter().map(|it| all[*it]).collect();
        let case = analyze(&[("r.yaml", &role("Role", "name: r", &rules))]);
        let lines: Vec<_> =
            order.iter().enumerate().map(|(index, it)| line(index, expected[*it])).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        expect("order", &case.rules(), &lines);
    }
}

#[test]
fn a_cluster_role_reaches_as_far_as_its_bindings() {
    let cluster_role = role("ClusterRole", "name: reader", READ);
    let local = binding("RoleBinding", "name: l, namespace: dev", "ClusterRole/reader", BOT);
    let wide = binding("ClusterRoleBinding", "name: w", "ClusterRole/reader", BOT);
    let cases: &[(&str, &[&str], &str)] = &[
        ("alone", &[], "Cluster unbound"),
        ("by RoleBinding", &[&local], "Namespace bound"),
        ("by ClusterRoleBinding", &[&wide], "Cluster bound"),
        ("by both", &[&local, &wide], "Cluster bound"),
    ];
    for (name, bindings, expected) in cases {
        let text = std::iter::once(cluster_role.as_str())
            .chain(bindings.iter().copied())
            .collect::<Vec<_>>()
            .join("---\n");
        let case = analyze(&[("a/all.yaml", &text)]);
        let rule = &case.rules()[0];
        assert!(
            rule.starts_with(&format!("ClusterRole/reader#rules[0] {expected} ")),
            "{name}: {rule}"
        );
    }
}

#[test]
fn subjects_are_named_as_the_authorizer_names_them() {
    let cases = [
        (
            "{kind: ServiceAccount, name: a}",
            "RoleBinding",
            "kubernetes-service-account:prod/ServiceAccount/a@a",
        ),
        (
            "{kind: ServiceAccount, name: a}",
            "ClusterRoleBinding",
            "kubernetes-service-account:ServiceAccount/a@a",
        ),
        (
            "{kind: ServiceAccount, name: a, namespace: x}",
            "RoleBinding",
            "kubernetes-service-account:x/ServiceAccount/a@a",
        ),
        (
            "{kind: User, name: 'system:serviceaccount:x:a'}",
            "RoleBinding",
            "kubernetes-service-account:x/ServiceAccount/a@'system:serviceaccount:x:a'",
        ),
        ("{kind: User, name: jane}", "RoleBinding", "kubernetes-user:jane@jane"),
        ("{kind: Group, name: devs}", "RoleBinding", "kubernetes-group:devs@devs"),
        (
            "{kind: Group, name: 'system:masters'}",
            "RoleBinding",
            "kubernetes-group:system:masters@'system:masters'",
        ),
        (
            "{kind: Group, name: 'system:authenticated'}",
            "RoleBinding",
            "Authenticated@'system:authenticated'",
        ),
        (
            "{kind: Group, name: 'system:unauthenticated'}",
            "RoleBinding",
            "Everyone@'system:unauthenticated'",
        ),
        ("{kind: User, name: 'system:anonymous'}", "RoleBinding", "Everyone@'system:anonymous'"),
    ];
    for (subject, kind, expected) in cases {
        let text = binding(
            kind,
            "name: b, namespace: prod",
            "ClusterRole/view",
            &format!("- {subject}\n"),
        );
        let case = analyze(&[("b.yaml", &text)]);
        let found = &case.bindings()[0];
        assert!(found.contains(&format!(" | to {expected} via ")), "{subject}: {found}");
    }
}

#[test]
fn a_binding_to_a_built_in_role_is_a_grant_of_that_role() {
    let text = binding("ClusterRoleBinding", "name: boss", "ClusterRole/cluster-admin", BOT);
    let case = analyze(&[("b.yaml", &text)]);
    let to = "to kubernetes-service-account:ci/ServiceAccount/bot@bot via ClusterRoleBinding/boss";
    expect(
        "binding",
        &case.bindings(),
        &[&format!("ClusterRoleBinding/boss Cluster cluster-admin@cluster-admin | {to}")],
    );
}

#[test]
fn a_declared_account_is_met_by_its_address() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: bot, namespace: ci}\n";
    let text = binding("ClusterRoleBinding", "name: boss", "ClusterRole/view", BOT);
    let case = analyze(&[("k/account.yaml", account), ("k/b.yaml", &text)]);
    let identity = &case.facts.identities[0].address;
    let principal = &case.facts.grants[0].principals[0].value;
    assert_eq!(principal, &model::Party::Address(identity.clone()));
    assert_eq!(case.facts.identities[0].aliases, ["system:serviceaccount:ci:bot"]);
}

#[test]
fn only_a_role_that_nothing_could_bind_is_unbound() {
    let secret_reader = role("ClusterRole", "name: r", READ);
    let label = "labels: {rbac.authorization.k8s.io/aggregate-to-admin: 'true'}";
    type Files<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, Files<'_>, &str)] = &[
        ("alone", &[("a/r.yaml", &secret_reader)], "unbound"),
        (
            "no subjects",
            &[
                ("a/r.yaml", &secret_reader),
                ("a/b.yaml", &binding("ClusterRoleBinding", "name: b", "ClusterRole/r", "  []\n")),
            ],
            "unbound",
        ),
        (
            "a template names the role",
            &[
                ("a/r.yaml", &secret_reader),
                (
                    "a/templates/b.yaml",
                    &binding(
                        "ClusterRoleBinding",
                        "name: b",
                        "ClusterRole/\"{{ .Values.role }}\"",
                        BOT,
                    ),
                ),
            ],
            "maybe-bound",
        ),
        (
            "two are equally near",
            &[
                ("a/x/r.yaml", &secret_reader),
                ("a/y/r.yaml", &secret_reader),
                ("a/z/b.yaml", &binding("ClusterRoleBinding", "name: b", "ClusterRole/r", BOT)),
            ],
            "maybe-bound",
        ),
        (
            "a built-in role takes it in",
            &[("a/r.yaml", &role("ClusterRole", &format!("name: r, {label}"), READ))],
            "maybe-bound",
        ),
        (
            "another kind of the same name",
            &[
                ("a/r.yaml", &secret_reader),
                ("a/b.yaml", &binding("RoleBinding", "name: b", "Role/r", BOT)),
            ],
            "unbound",
        ),
    ];
    for (name, files, expected) in cases {
        let rule = &analyze(files).rules()[0];
        assert!(rule.contains(&format!(" {expected} |")), "{name}: {rule}");
    }
}

#[test]
fn a_role_that_takes_others_in_hands_on_its_bindings() {
    let whole = format!(
        "{API}kind: ClusterRole\nmetadata: {{name: all}}\nrules: []\naggregationRule:\n  \
         clusterRoleSelectors:\n  - matchLabels: {{part: 'yes'}}\n"
    );
    let files = [
        whole,
        role("ClusterRole", "name: in, labels: {part: 'yes'}", READ),
        role("ClusterRole", "name: out, labels: {part: 'no'}", READ),
        binding("ClusterRoleBinding", "name: b", "ClusterRole/all", BOT),
    ];
    let case = analyze(&[("a/all.yaml", &files.join("---\n"))]);
    let bound: Vec<_> =
        case.facts.grants.iter().map(|it| (it.address.to_string(), it.bound)).collect();
    let expected = [
        ("ClusterRole/in#rules[0]", Some(true)),
        ("ClusterRole/out#rules[0]", Some(false)),
        ("ClusterRoleBinding/b", Some(true)),
    ];
    assert_eq!(bound, expected.map(|(name, bound)| (name.to_owned(), bound)));
}

#[test]
fn lists_and_streams_hold_the_same_objects() {
    let indent = |text: &str| -> String {
        let lines: Vec<_> = text.lines().map(|it| format!("  {it}\n")).collect();
        lines.concat().replacen("  ", "- ", 1)
    };
    let parts = [role("Role", "name: r", READ), binding("RoleBinding", "name: b", "Role/r", BOT)];
    let stream = format!("---\n{}\n---\n# nothing\n---\n{}", parts[0], parts[1]);
    let list =
        format!("apiVersion: v1\nkind: List\nitems:\n{}{}", indent(&parts[0]), indent(&parts[1]));
    let json = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"},
         "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
         "metadata": {"name": "b"},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
         "subjects": [{"kind": "ServiceAccount", "name": "bot", "namespace": "ci"}]}]}"#;
    for (path, text) in [("a.yaml", stream.as_str()), ("a.yaml", &list), ("a.json", json)] {
        let case = analyze(&[(path, text)]);
        let rules = case.rules();
        let start = "Role/r#rules[0] Namespace bound | get | pods | '' | to ";
        assert!(rules.len() == 1 && rules[0].starts_with(start), "{text}\n{rules:?}");
    }
}

#[test]
fn lists_of_one_kind_say_what_their_items_are() {
    let rest = "metadata: {name: b, namespace: prod}\n  roleRef: {kind: ClusterRole, name: edit}\n  \
                subjects: [{kind: ServiceAccount, name: bot}]\n";
    let bindings = |version: &str, item: &str| {
        let text = format!("{version}\nkind: RoleBindingList\nitems:\n- {item}{rest}");
        analyze(&[("l.yaml", &text)]).bindings()
    };
    const VERSION: &str = "apiVersion: rbac.authorization.k8s.io/v1";
    let expected = [
        "prod/RoleBinding/b Namespace edit@edit | to kubernetes-service-account:prod/ServiceAccount/bot@bot via prod/RoleBinding/b",
    ];
    expect("without", &bindings(VERSION, ""), &expected);
    expect("with", &bindings(VERSION, &format!("{VERSION}\n  kind: RoleBinding\n  ")), &expected);
    expect("half", &bindings(VERSION, "kind: RoleBinding\n  "), &[]);
    expect("another group", &bindings("apiVersion: example.com/v1", ""), &[]);
    let list = format!("{VERSION}\nkind: List\nitems:\n- {rest}");
    expect("a list of anything", &analyze(&[("l.yaml", &list)]).bindings(), &[]);
}

#[test]
fn kinds_are_exact() {
    let foreign = "apiVersion: example.com/v1\nkind: ClusterRole\nmetadata: {name: x}\n\
                   rules: [{verbs: ['*']}]\n";
    let roles =
        "apiVersion: iam.example.com/v1\nkind: RoleBinding\nroleRef: {name: cluster-admin}\n";
    for text in [foreign, roles] {
        assert!(analyze(&[("a.yaml", text)]).facts.grants.is_empty(), "{text}");
    }
}

#[test]
fn anchors_and_merge_keys_are_followed() {
    let text = format!(
        "{API}kind: Role\nmetadata: {{name: r}}\nrules:\n- &base\n  apiGroups: ['']\n  \
         resources: &all [pods, secrets]\n  verbs: [get]\n\
         - <<: *base\n  verbs: ['*']\n- {{apiGroups: [apps], resources: *all, verbs: [list]}}\n"
    );
    let case = analyze(&[("a.yaml", &text)]);
    expect(
        "rules",
        &case.rules(),
        &[
            "Role/r#rules[0] Namespace unbound | get | pods,secrets | ''",
            "Role/r#rules[1] Namespace unbound | * | pods,secrets | ''",
            "Role/r#rules[2] Namespace unbound | list | pods,secrets | apps",
        ],
    );
    let through = case.facts.grants[2].resources.items[1].origin.steps();
    assert_eq!(through.len(), 1);
    assert_eq!(case.slice(through[0].place), "*all");
}

#[test]
fn what_every_cluster_has_is_nobodys_doing() {
    let labelled = |name: &str| {
        role(
            "ClusterRole",
            &format!("name: '{name}', labels: {{kubernetes.io/bootstrapping: rbac-defaults}}"),
            READ,
        )
    };
    let bound = |name: &str, role: &str, group: &str| {
        let subjects = format!("- {{kind: Group, name: '{group}'}}\n{BOT}");
        binding(
            "ClusterRoleBinding",
            &format!("name: '{name}'"),
            &format!("ClusterRole/{role}"),
            &subjects,
        )
    };
    let grants = |text: &str| analyze(&[("export.yaml", text)]).facts.grants;
    for name in ["cluster-admin", "edit", "system:controller:node-controller"] {
        assert!(grants(&labelled(name)).is_empty(), "{name}");
    }
    assert_eq!(grants(&labelled("shop-admin")).len(), 1, "a label says nothing about other names");
    assert_eq!(grants(&role("ClusterRole", "name: edit", READ)).len(), 1, "somebody wrote it");
    let whole = binding(
        "ClusterRoleBinding",
        "name: cluster-admin",
        "ClusterRole/cluster-admin",
        "- {kind: Group, name: 'system:masters'}\n",
    );
    assert!(grants(&whole).is_empty());
    for (name, role, group, left) in [
        ("cluster-admin", "cluster-admin", "system:masters", 1),
        ("mine", "cluster-admin", "system:masters", 2),
        ("cluster-admin", "cluster-admin", "system:serviceaccounts", 2),
    ] {
        let found = grants(&bound(name, role, group));
        assert_eq!(found[0].principals.len(), left, "{name} {group}");
    }
}

#[test]
fn a_role_of_a_namespace_is_not_the_built_in_one() {
    for (kind, local) in [("Role", true), ("ClusterRole", false)] {
        let text =
            binding("RoleBinding", "name: b, namespace: shop", &format!("{kind}/admin"), BOT);
        let grants = analyze(&[("b.yaml", &text)]).facts.grants;
        assert_eq!(grants[0].local_role, local, "{kind}");
    }
    let unknown = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n\
                   metadata: {name: b}\nroleRef: {name: admin}\n";
    assert!(!analyze(&[("b.yaml", unknown)]).facts.grants[0].local_role);
}
