//! What clusters are made with: flags of their servers, and how machines join.

mod lens;

use lens::{Case, analyze, expect};
use model::{Audited, GuardKind};

fn weak(case: &Case) -> Vec<String> {
    let guards = case.facts.guards.iter();
    guards
        .map(|it| match &it.kind {
            GuardKind::WeakLogin(weak) => {
                format!("{} {:?} @{}", it.setting, weak.opens, case.slice(it.place))
            }
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn flags_mean_what_the_server_reads() {
    let cases: [(&str, &[&str]); 16] = [
        ("--anonymous-auth=true", &["anonymous-auth Some @--anonymous-auth=true"]),
        ("--anonymous-auth", &["anonymous-auth Some @--anonymous-auth"]),
        ("--anonymous-auth=false", &[]),
        ("--anonymous-auth=$(X)", &[]),
        ("--authorization-mode, AlwaysAllow", &["authorization-mode All @--authorization-mode"]),
        ("--authorization-mode, 'Node,RBAC'", &[]),
        ("--authorization-mode=ABAC", &["authorization-mode Some @--authorization-mode=ABAC"]),
        ("'--authorization-mode=RBAC,ABAC'", &[]),
        (
            "--authorization-policy-file, /abac",
            &["authorization-policy-file Some @--authorization-policy-file"],
        ),
        ("--token-auth-file, /t", &["token-auth-file Some @--token-auth-file"]),
        ("--token-auth-file, --audit", &[]),
        ("--service-account-lookup", &[]),
        (
            "--service-account-extend-token-expiration=true",
            &["service-account-extend-token-expiration Little \
               @--service-account-extend-token-expiration=true"],
        ),
        ("--insecure-port=8080", &["insecure-port All @--insecure-port=8080"]),
        ("--insecure-port=0", &[]),
        ("--read-only-port, '10255'", &["read-only-port Little @--read-only-port"]),
    ];
    for program in ["[kube-apiserver, ", "[/usr/local/bin/kubelet, ", "[hyperkube, apiserver, "] {
        for (words, expected) in cases {
            let text = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - \
                 {{name: c, image: i, command: {program}{words}]}}\n"
            );
            expect(words, &weak(&analyze(&[("p.yaml", &text)])), expected);
        }
    }
}

#[test]
fn other_programs_have_flags_of_their_own() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, \
                image: i, command: [proxy, --anonymous-auth, --insecure-port, '8080']}\n";
    expect("proxy", &weak(&analyze(&[("p.yaml", text)])), &[]);
}

#[test]
fn kubelets_show_what_runs_on_a_port() {
    let file = |port: &str| {
        format!(
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n\
             readOnlyPort: {port}\n"
        )
    };
    let case = analyze(&[("k.yaml", &file("10255"))]);
    expect("open", &weak(&case), &["readOnlyPort Little @10255"]);
    expect("closed", &weak(&analyze(&[("k.yaml", &file("0"))])), &[]);
}

#[test]
fn tokens_for_joining_end_when_they_say() {
    let cases = [
        ("", "Seconds(86400)"),
        ("\n  ttl: 24h0m0s", "Seconds(86400)"),
        ("\n  ttl: '0'", "Never"),
        ("\n  ttl: 0s", "Never"),
        ("\n  ttl: 8760h", "Seconds(31536000)"),
        ("\n  expires: '2027-03-10T03:22:11Z'", "Until(2027-03-10)"),
        ("\n  ttl: soon", "Unknown"),
    ];
    for (ttl, expected) in cases {
        let text = format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens:\n\
             - token: k3x9qa.w8zq4n7rtx2vbm5k{ttl}\n"
        );
        let case = analyze(&[("i.yaml", &text)]);
        let [credential] = case.facts.credentials.as_slice() else { panic!("{ttl}") };
        assert_eq!(case.slice(credential.place), "k3x9qa.w8zq4n7rtx2vbm5k");
        assert_eq!(format!("{:?}", credential.expiry.lifetime), expected, "{ttl}");
    }
}

#[test]
fn machines_check_whom_they_join_or_do_not() {
    let cases: [(&str, &str, &[&str]); 4] = [
        (
            "kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration",
            "discovery: {bootstrapToken: {unsafeSkipCAVerification: true}}",
            &["discovery.bootstrapToken.unsafeSkipCAVerification Some @true"],
        ),
        (
            "kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration",
            "discovery: {bootstrapToken: {unsafeSkipCAVerification: false}}",
            &[],
        ),
        (
            "bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfig",
            "spec: {joinConfiguration: {discovery: {bootstrapToken: {unsafeSkipCAVerification: true}}}}",
            &[
                "spec.joinConfiguration.discovery.bootstrapToken.unsafeSkipCAVerification Some @true",
            ],
        ),
        (
            "example.com/v1\nkind: JoinConfiguration",
            "discovery: {bootstrapToken: {unsafeSkipCAVerification: true}}",
            &[],
        ),
    ];
    for (kind, rest, expected) in cases {
        let text = format!("apiVersion: {kind}\nmetadata: {{name: j}}\n{rest}\n");
        expect(kind, &weak(&analyze(&[("j.yaml", &text)])), expected);
    }
}

#[test]
fn entries_of_spire_select_more_than_a_namespace() {
    let cases = [
        ("['k8s:ns:a']", Some("ClusterStaticEntry.selectors.namespace")),
        ("['k8s:ns:a', 'k8s:sa:b']", None),
        ("['unix:uid:0']", Some("ClusterStaticEntry.selectors.root")),
        ("['unix:uid:1000']", None),
        ("['unix:uid:0', 'unix:path:/bin/x']", None),
        ("[]", None),
        ("['{{ .Values.selector }}']", None),
    ];
    for (selectors, expected) in cases {
        let text = format!(
            "apiVersion: spire.spiffe.io/v1alpha1\nkind: ClusterStaticEntry\n\
             metadata: {{name: e}}\nspec: {{spiffeID: 'spiffe://x/y', selectors: {selectors}}}\n"
        );
        let case = analyze(&[("e.yaml", &text)]);
        let keys = case.facts.trusts.iter().map(|it| it.conditions[0].key.as_str());
        assert_eq!(keys.collect::<Vec<_>>(), Vec::from_iter(expected), "{selectors}");
    }
}

#[test]
fn keys_of_certificates_are_kept_only_when_that_is_said() {
    for (policy, kept) in [("Never", true), ("Always", false), ("'{{ .Values.x }}'", false)] {
        let text = format!(
            "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: c}}\n\
             spec:\n  privateKey:\n    rotationPolicy: {policy}\n"
        );
        let case = analyze(&[("c.yaml", &text)]);
        let mut found = case.facts.credentials.iter();
        let key = found.find(|it| it.kind == model::CredentialKind::PrivateKey);
        assert_eq!(key.map(|it| case.slice(it.place)), kept.then_some("Never"), "{policy}");
        if let Some(key) = key {
            assert_eq!(&*key.fix.as_ref().unwrap().edits[0].text, "Always");
        }
    }
}

/// Which rules of an audit policy say something about Secrets, and what.
fn audited(rules: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: {{name: p}}\nrules:\n{rules}"
    );
    let case = analyze(&[("policy.yaml", &text)]);
    let guards = case.facts.guards.iter();
    guards
        .map(|it| {
            let what = match it.kind {
                GuardKind::RecordsSecrets => "records",
                GuardKind::Audited(Audited::SecretReads, false) => "leaves out",
                _ => "?",
            };
            let fix = if it.fix.is_some() { " fix" } else { "" };
            format!("{what} {}@{}{fix}", it.setting, case.slice(it.place))
        })
        .collect()
}

#[test]
fn the_first_rule_that_fits_secrets_decides() {
    const SECRETS: &str = "resources: [{group: '', resources: [secrets]}]";
    const OTHERS: &str = "resources: [{group: '', resources: [secrets, configmaps]}]";
    let cases: &[(String, &[&str])] = &[
        (
            format!("- {{level: RequestResponse, {SECRETS}}}\n"),
            &["records rules[0].level@RequestResponse fix"],
        ),
        (format!("- {{level: Request, {OTHERS}}}\n"), &["records rules[0].level@Request"]),
        (format!("- {{level: Request, verbs: [get, list], {SECRETS}}}\n"), &[]),
        (format!("- {{level: Metadata, {OTHERS}}}\n- {{level: RequestResponse}}\n"), &[]),
        (
            format!("- {{level: Metadata, users: [a], {SECRETS}}}\n- {{level: RequestResponse}}\n"),
            &["records rules[1].level@RequestResponse"],
        ),
        (
            "- {level: None}\n- {level: RequestResponse}\n".to_owned(),
            &["leaves out rules[0].level@None"],
        ),
        (format!("- {{level: None, namespaces: [dev], {SECRETS}}}\n"), &[]),
        ("- {level: None, resources: [{group: '', resources: [events]}]}\n".to_owned(), &[]),
        ("- {level: None, resources: [{group: apps, resources: [secrets]}]}\n".to_owned(), &[]),
        (
            "- {level: RequestResponse, resources: [{resources: ['*']}]}\n".to_owned(),
            &["records rules[0].level@RequestResponse"],
        ),
        ("- {level: RequestResponse, nonResourceURLs: ['/*']}\n".to_owned(), &[]),
    ];
    for (rules, expected) in cases {
        expect(rules, &audited(rules), expected);
    }
    let template =
        "- level: RequestResponse\n  users: {{ .Values.users }}\n- level: RequestResponse\n";
    expect("a rule that cannot be read", &audited(template), &[]);
}
