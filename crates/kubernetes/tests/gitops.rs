//! Argo CD and Flux: policies, projects, tokens, values of charts, and as whom things are made.

#![expect(clippy::unwrap_used, reason = "a broken test may panic")]

mod lens;

use lens::{Case, analyze, expect, party};
use model::{GuardKind, IdentityKind, Lifetime, PermissionSystem};

const PASSWORD: &str = "mK7#vQ2xLp9$Tz4w";

fn config_map(name: &str, data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: argocd}}\ndata:\n{data}"
    )
}

/// `ROLE@slice to PRINCIPALS`.
fn policy(case: &Case) -> Vec<String> {
    let grants = case.facts.grants.iter().filter(|it| it.system == PermissionSystem::Saas);
    grants
        .map(|it| {
            let role = it.role.value().unwrap();
            let to: Vec<_> = it.principals.iter().map(|it| party(&it.value)).collect();
            format!("{role} @{} to {}", case.slice(it.role.place().unwrap()), to.join(" "))
        })
        .collect()
}

#[test]
fn policies_are_grants_to_whoever_the_lines_name() {
    let cases: [(&str, &[&str]); 9] = [
        (
            "  policy.default: role:readonly\n",
            &["Argo CD role:readonly @role:readonly to Authenticated"],
        ),
        ("  policy.default: ''\n", &[]),
        (
            "  policy.csv: |\n    g, ops, role:admin\n",
            &["Argo CD role:admin @role:admin to identity:group:ops"],
        ),
        // A role that nobody here has, and the built-in one written out.
        (
            "  policy.csv: |\n    p, role:x, *, *, */*, allow\n    p, role:admin, *, *, *, allow\n",
            &[],
        ),
        (
            "  policy.csv: |\n    p, role:x, *, *, */*, allow\n    g, \"a:b\", role:x\n",
            &[
                "Argo CD role:x @role:x to identity:group:a:b",
                "Argo CD everything @* to identity:group:a:b",
            ],
        ),
        // Two texts, one policy; comments and denials are nothing.
        (
            "  policy.csv: |\n    # p, a, *, *, *, allow\n    p, role:x, *, *, *, deny\n    \
             p,role:x,exec,create,*/*,allow\n  policy.team.csv: |\n    g, a, role:x\n",
            &[
                "Argo CD role:x @role:x to identity:group:a",
                "Argo CD exec @exec to identity:group:a",
            ],
        ),
        ("  policy.csv: |\n    p, bob, applications, *, shop/*, allow\n", &[]),
        (
            "  policy.csv: |\n    p, bob, applications, *, */*, allow\n",
            &["Argo CD every application @applications to identity:group:bob"],
        ),
        (
            "  policy.csv: \"p, bob, accounts, update, *, allow\"\n",
            &["Argo CD accounts @accounts to identity:group:bob"],
        ),
    ];
    for (data, expected) in cases {
        let case = analyze(&[("a.yaml", &config_map("argocd-rbac-cm", data))]);
        let mut found = policy(&case);
        found.sort_by_key(|it| expected.iter().position(|line| line == it));
        expect(data, &found, expected);
    }
    let other = analyze(&[("a.yaml", &config_map("rbac", "  policy.default: role:admin\n"))]);
    expect("another ConfigMap", &policy(&other), &[]);
}

#[test]
fn the_chart_of_argo_takes_its_policy_as_values() {
    let values = "configs:\n  rbac:\n    policy.default: role:admin\n";
    let case = analyze(&[("argo/values.yaml", values)]);
    expect("values", &policy(&case), &["Argo CD role:admin @role:admin to Authenticated"]);
}

#[test]
fn accounts_with_keys_are_identities_that_policies_name() {
    let files = [
        (
            "cm.yaml",
            config_map(
                "argocd-cm",
                "  accounts.ci: apiKey\n  accounts.ann: login\n  accounts.both: apiKey, login\n  accounts.both.enabled: 'false'\n",
            ),
        ),
        (
            "rbac.yaml",
            config_map(
                "argocd-rbac-cm",
                "  policy.csv: |\n    g, ci, role:admin\n    g, ann, role:admin\n",
            ),
        ),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = analyze(&files);
    let accounts: Vec<_> = case
        .facts
        .identities
        .iter()
        .map(|it| format!("{} {:?} {:?}", it.address, it.human, it.disabled.value()))
        .collect();
    let expected = [
        "argocd/ConfigMap/argocd-cm#accounts.ci Some(false) None",
        "argocd/ConfigMap/argocd-cm#accounts.both None Some(true)",
    ];
    expect("accounts", &accounts, &expected);
    assert!(case.facts.identities.iter().all(|it| it.kind == IdentityKind::SaasAccount));
    let expected = [
        "Argo CD role:admin @role:admin to argocd/ConfigMap/argocd-cm#accounts.ci",
        "Argo CD role:admin @role:admin to identity:group:ann",
    ];
    expect("grants", &policy(&case), &expected);
}

#[test]
fn tokens_of_projects_end_as_they_say() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: p}\nspec:\n  roles:\n    - name: ci\n      jwtTokens:\n        - iat: 1700000000\n        - {iat: 1700000000, exp: 1700003600}\n        - {iat: 1700000000, exp: '{{ .x }}'}\n";
    let case = analyze(&[("a.yaml", text)]);
    let found: Vec<_> = case.facts.credentials.iter().map(|it| it.expiry.lifetime).collect();
    assert_eq!(found, [Lifetime::Never, Lifetime::Seconds(3600), Lifetime::Unknown]);
    assert_eq!(case.slice(case.facts.credentials[0].place), "1700000000");
}

#[test]
fn values_that_stand_inside_other_objects_are_read() {
    let application = |source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec:\n  source:\n    helm:\n{source}"
        )
    };
    let cases = [
        application(&format!("      values: |\n        db:\n          password: '{PASSWORD}'\n")),
        application(&format!("      values: |\n        env:\n          - name: DB_PASSWORD\n            value: '{PASSWORD}'\n")),
        application(&format!("      valuesObject: {{db: {{password: '{PASSWORD}'}}}}\n")),
        application(&format!("      parameters: [{{name: db.password, value: '{PASSWORD}'}}]\n")),
        format!("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a}}\nspec: {{generators: [{{list: {{elements: [{{db_password: '{PASSWORD}'}}]}}}}], template: {{}}}}\n").replace("template: {}", "template: {spec: {}}"),
        format!("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: a}}\nspec: {{values: {{db: {{password: '{PASSWORD}'}}}}}}\n"),
        format!("apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {{name: a}}\nspec:\n  valuesContent: |-\n    password: '{PASSWORD}'\n"),
        format!("apiVersion: helm.crossplane.io/v1beta1\nkind: Release\nmetadata: {{name: a}}\nspec: {{forProvider: {{set: [{{name: db.password, value: '{PASSWORD}'}}]}}}}\n"),
    ];
    for text in cases {
        let found = analyze(&[("a.yaml", &text)]).literals();
        assert_eq!(found.len(), 1, "{text}{found:?}");
        assert!(found[0].contains(&format!("literal@{PASSWORD}")), "{found:?}");
    }
    let harmless = application(
        "      values: |\n        db:\n          existingSecret: db-credentials\n          password: ''\n",
    );
    expect("harmless", &analyze(&[("a.yaml", &harmless)]).literals(), &[]);
}

#[test]
fn configuration_without_an_extension_is_read_when_it_is_yaml() {
    let oidc = |secret: &str| {
        config_map(
            "argocd-cm",
            &format!(
                "  oidc.config: |\n    name: Okta\n    clientID: shop\n    clientSecret: {secret}\n"
            ),
        )
    };
    let found = analyze(&[("a.yaml", &oidc(PASSWORD))]).literals();
    assert_eq!(found.len(), 1, "{found:?}");
    expect("reference", &analyze(&[("a.yaml", &oidc("$oidc.okta.clientSecret"))]).literals(), &[]);
}

#[test]
fn flux_refers_to_secrets_and_deploys_as_somebody() {
    let files = [
        (
            "git.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g, namespace: ns}\nspec: {url: 'ssh://git@github.com/a/b', secretRef: {name: deploy-key}}\n",
        ),
        (
            "oci.yaml",
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: o, namespace: ns}\nspec: {url: 'oci://1.dkr.ecr.eu-west-1.amazonaws.com/a', secretRef: {name: ecr}}\n",
        ),
        (
            "k.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: ns}\nspec: {sourceRef: {kind: GitRepository, name: g}, decryption: {provider: sops, secretRef: {name: age}}}\n",
        ),
        (
            "r.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: ns}\nspec: {chart: {}, serviceAccountName: bot, valuesFrom: [{kind: Secret, name: v}, {kind: ConfigMap, name: c}]}\n",
        ),
    ];
    let case = analyze(&files);
    let expected = [
        "ns/GitRepository/g#spec.secretRef credential -> deploy-key",
        "ns/OCIRepository/o#spec.secretRef credential -> ecr",
        "ns/Kustomization/k#spec.decryption.secretRef encryption key -> age",
        "ns/HelmRelease/r#spec.valuesFrom credential -> v/*",
    ];
    expect("credentials", &case.credentials(), &expected);
    let guards: Vec<_> = case
        .facts
        .guards
        .iter()
        .map(|it| {
            let what = match it.kind {
                GuardKind::DeploysAsItself => "deploys as itself",
                GuardKind::StoredKeyInUse { .. } => "stored key",
                _ => "?",
            };
            format!("{} {what} @{}", it.agent, case.slice(it.place))
        })
        .collect();
    let expected =
        ["ns/OCIRepository/o stored key @ecr", "ns/Kustomization/k deploys as itself @k"];
    expect("guards", &guards, &expected);
}

/// Objects as careful people write them: names of Secrets, references, narrow policies.
#[test]
fn what_only_names_credentials_is_silent() {
    let files = [
        ("gitops.yaml", include_str!("../../../testdata/kubernetes/harmless/gitops.yaml")),
        ("platforms.yaml", include_str!("../../../testdata/kubernetes/harmless/platforms.yaml")),
    ];
    let case = analyze(&files);
    expect("literals", &case.literals(), &[]);
    let guards: Vec<_> = case.facts.guards.iter().map(|it| it.setting.clone()).collect();
    expect("guards", &guards, &[]);
    let wide = |it: &&String| !it.contains("role:");
    assert_eq!(policy(&case).iter().filter(wide).count(), 0, "{:?}", policy(&case));
}

#[test]
fn what_is_deployed_belongs_to_whom_the_deployment_belongs() {
    let account = |path: &'static str| {
        (path, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: x}\n")
    };
    let argo = |labels: &str, source: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n\
             metadata: {{name: p, namespace: argocd, labels: {{{labels}}}}}\nspec: {{{source}}}\n"
        )
    };
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
                metadata: {name: k, labels: {team: theirs}}\n\
                spec: {path: ./apps/web, commonMetadata: {labels: {owner: common}}}\n";
    let cases: [(&'static str, String, &str); 9] = [
        ("apps/web/sa.yaml", argo("team: web", "source: {path: apps/web}"), "web"),
        ("apps/web/base/sa.yaml", argo("team: web", "source: {path: apps}"), "web"),
        ("apps/web/sa.yaml", argo("team: web", "sources: [{path: apps/web/}]"), "web"),
        ("repo/apps/web/sa.yaml", argo("team: web", "source: {path: apps/web}"), "web"),
        ("apps/webs/sa.yaml", argo("team: web", "source: {path: apps/web}"), "-"),
        ("apps/web/sa.yaml", argo("team: web", "source: {path: .}"), "-"),
        ("apps/web/sa.yaml", argo("", "source: {path: apps/web}"), "-"),
        ("apps/web/sa.yaml", argo("team: web", "source: {path: '{{path}}'}"), "-"),
        ("apps/web/sa.yaml", flux.to_owned(), "common"),
    ];
    for (path, object, expected) in cases {
        let home = if path.starts_with("repo/") { "repo/x/app.yaml" } else { "app.yaml" };
        let case = analyze(&[account(path), (home, &object)]);
        let owner = case.facts.identities[0].ownership.owner.value().map(|it| it.name.as_str());
        assert_eq!(owner.unwrap_or("-"), expected, "{object}");
    }
    let two = [
        account("apps/web/sa.yaml"),
        ("a.yaml", &*argo("team: web", "source: {path: apps/web}")),
        ("b.yaml", &*argo("team: other", "source: {path: apps/web}")),
    ];
    assert!(analyze(&two).facts.identities[0].ownership.owner.is_absent(), "two disagree");
}

#[test]
fn what_flux_puts_into_manifests_is_read() {
    const PASSWORD: &str = "mK7#vQ2xLp9$Tz4w";
    let text = format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: k}}\n\
         spec:\n  path: ./x\n  postBuild:\n    substitute:\n      DB_PASSWORD: '{PASSWORD}'\n      \
         DB_USER: shop\n      API_TOKEN: ${{TOKEN}}\n"
    );
    let case = analyze(&[("k.yaml", &text)]);
    let places = case.facts.credentials.iter().map(|it| case.slice(it.place));
    assert_eq!(places.collect::<Vec<_>>(), [PASSWORD]);
}
