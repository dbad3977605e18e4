//! OpenShift, Config Connector, Tekton, Argo Workflows, secret stores, and encrypted files.

#![expect(clippy::unwrap_used, reason = "a broken test may panic")]

mod lens;

use lens::{Case, analyze, expect, party};
use model::{GuardKind, Lifetime, Reach};

const PASSWORD: &str = "mK7#vQ2xLp9$Tz4w";

/// `ROLE reach to PRINCIPALS`.
fn grants(case: &Case) -> Vec<String> {
    let grants = case.facts.grants.iter().filter(|it| it.role.value().is_some());
    grants
        .map(|it| {
            let to: Vec<_> = it.principals.iter().map(|it| party(&it.value)).collect();
            format!("{} {:?} to {}", it.role.value().unwrap(), it.reach, to.join(" "))
        })
        .collect()
}

#[test]
fn clients_of_openshift_hold_a_secret_and_get_tokens() {
    let text = format!(
        "apiVersion: oauth.openshift.io/v1\nkind: OAuthClient\nmetadata: {{name: shop}}\n\
         secret: '{PASSWORD}'\naccessTokenMaxAgeSeconds: 0\ngrantMethod: prompt\n"
    );
    let case = analyze(&[("c.yaml", &text)]);
    let expected = format!("OAuthClient/shop#secret client secret literal@{PASSWORD}");
    expect("literal", &case.literals(), &[&expected]);
    let ends: Vec<_> = case.facts.credentials.iter().map(|it| it.expiry.lifetime).collect();
    assert!(ends.contains(&Lifetime::Never), "{ends:?}");
    assert!(case.facts.guards.is_empty());
}

#[test]
fn constraints_without_bounds_bind_the_role_that_the_server_makes() {
    let scc = |rest: &str| {
        format!(
            "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\n\
             metadata: {{name: wide}}\n{rest}\n"
        )
    };
    let role = "system:openshift:scc:wide Cluster to";
    let cases = [
        (
            "allowPrivilegedContainer: true\nusers: ['system:serviceaccount:ns:bot']",
            Some("kubernetes-service-account:ns/ServiceAccount/bot"),
        ),
        ("allowHostPID: true\ngroups: ['system:authenticated']", Some("Authenticated")),
        ("allowPrivilegedContainer: true\ngroups: ['system:masters', 'system:nodes']", None),
        ("allowPrivilegedContainer: false\nusers: ['system:serviceaccount:ns:bot']", None),
        ("allowPrivilegedContainer: true\nusers: []", None),
    ];
    for (rest, expected) in cases {
        let case = analyze(&[("s.yaml", &scc(rest))]);
        let expected: Vec<_> = expected.map(|it| format!("{role} {it}")).into_iter().collect();
        assert_eq!(grants(&case), expected, "{rest}");
    }
}

fn google(kind: &str, spec: &str) -> String {
    format!(
        "apiVersion: iam.cnrm.cloud.google.com/v1beta1\nkind: {kind}\n\
         metadata: {{name: x, namespace: shop}}\nspec: {spec}\n"
    )
}

#[test]
fn rights_in_google_cloud_are_grants_like_those_of_terraform() {
    let project = "resourceRef: {kind: Project, external: projects/p}";
    let cases = [
        (
            google(
                "IAMPolicyMember",
                &format!(
                    "{{member: 'serviceAccount:a@p.iam.gserviceaccount.com', role: roles/editor, {project}}}"
                ),
            ),
            "roles/editor Account to gcp-service-account:a@p.iam.gserviceaccount.com",
        ),
        (
            google(
                "IAMPolicyMember",
                &format!(
                    "{{memberFrom: {{serviceAccountRef: {{name: bot}}}}, role: roles/editor, {project}}}"
                ),
            ),
            "roles/editor Account to shop/IAMServiceAccount/bot",
        ),
        (
            google(
                "IAMPartialPolicy",
                "{bindings: [{role: roles/viewer, members: [{member: allUsers}]}], resourceRef: {kind: StorageBucket, name: b}}",
            ),
            "roles/viewer Resource to Everyone",
        ),
        (
            google(
                "IAMPolicy",
                "{bindings: [{role: roles/owner, members: ['group:a@b.c', 'domain:b.c']}], resourceRef: {kind: Folder, external: f}}",
            ),
            "roles/owner Organization to identity:group:a@b.c Account(\"b.c\")",
        ),
    ];
    for (text, expected) in cases {
        expect(&text, &grants(&analyze(&[("i.yaml", &text)])), &[expected]);
    }
    let nobody = google(
        "IAMPolicy",
        &format!("{{bindings: [{{role: roles/owner, members: []}}], {project}}}"),
    );
    expect("nobody", &grants(&analyze(&[("i.yaml", &nobody)])), &[]);
    let condition = google(
        "IAMPolicyMember",
        &format!(
            "{{member: allUsers, role: roles/editor, condition: {{title: t, expression: 'x'}}, {project}}}"
        ),
    );
    let case = analyze(&[("i.yaml", &condition)]);
    assert_eq!(case.facts.grants[0].conditions.len(), 1);
    assert_eq!(case.facts.grants[0].reach, Reach::Account);
}

#[test]
fn accounts_of_google_cloud_have_keys_and_are_acted_as() {
    let files = [
        ("a.yaml", "apiVersion: iam.cnrm.cloud.google.com/v1beta1\nkind: IAMServiceAccount\nmetadata: {name: bot, namespace: shop, annotations: {cnrm.cloud.google.com/project-id: p}}\nspec: {displayName: Bot}\n".to_owned()),
        ("k.yaml", google("IAMServiceAccountKey", "{serviceAccountRef: {name: bot}}")),
        ("m.yaml", google("IAMPolicyMember", "{member: 'serviceAccount:p.svc.id.goog[shop/bot]', role: roles/iam.workloadIdentityUser, resourceRef: {kind: IAMServiceAccount, name: bot}}")),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = analyze(&files);
    assert_eq!(case.facts.identities[0].aliases, ["bot@p.iam.gserviceaccount.com"]);
    let key = &case.facts.credentials[0];
    assert_eq!(key.expiry.lifetime, Lifetime::Never);
    assert_eq!(party(key.holder.as_ref().unwrap()), "shop/IAMServiceAccount/bot");
    assert_eq!(party(&case.facts.trusts[0].identity), "shop/IAMServiceAccount/bot");
}

#[test]
fn steps_are_handed_credentials_and_run_as_their_account() {
    let step = format!("{{name: s, image: i, env: [{{name: DB_PASSWORD, value: '{PASSWORD}'}}]}}");
    let object = |group: &str, kind: &str, spec: &str| {
        format!(
            "apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{name: w, namespace: ns}}\nspec: {spec}\n"
        )
    };
    let cases = [
        (object("tekton.dev", "Task", &format!("{{steps: [{step}]}}")), None),
        (
            object(
                "tekton.dev",
                "TaskRun",
                &format!("{{serviceAccountName: bot, taskSpec: {{steps: [{step}]}}}}"),
            ),
            Some("TaskRun"),
        ),
        (
            object(
                "tekton.dev",
                "Pipeline",
                &format!("{{tasks: [{{name: t, taskSpec: {{steps: [{step}]}}}}]}}"),
            ),
            None,
        ),
        (
            object(
                "tekton.dev",
                "PipelineRun",
                &format!(
                    "{{taskRunTemplate: {{serviceAccountName: bot}}, pipelineSpec: {{tasks: [{{taskSpec: {{steps: [{step}]}}}}]}}}}"
                ),
            ),
            Some("PipelineRun"),
        ),
        (
            object(
                "argoproj.io",
                "Workflow",
                &format!(
                    "{{serviceAccountName: bot, templates: [{{name: t, container: {step}}}]}}"
                ),
            ),
            Some("Workflow"),
        ),
        (
            object(
                "argoproj.io",
                "CronWorkflow",
                &format!(
                    "{{workflowSpec: {{serviceAccountName: bot, templates: [{{name: t, script: {step}}}]}}}}"
                ),
            ),
            Some("CronWorkflow"),
        ),
    ];
    for (text, runs) in cases {
        let case = analyze(&[("w.yaml", &text)]);
        let found = case.literals();
        assert!(
            found.len() == 1 && found[0].contains(&format!("literal@{PASSWORD}")),
            "{text}{found:?}"
        );
        let uses: Vec<_> = runs
            .map(|kind| {
                format!("ns/{kind}/w -> kubernetes-service-account:ns/ServiceAccount/bot @bot")
            })
            .into_iter()
            .collect();
        assert_eq!(case.uses(), uses, "{text}");
    }
}

#[test]
fn listeners_check_signatures_or_do_not() {
    let listener = |interceptor: &str| {
        format!(
            "apiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\n\
             metadata: {{name: l}}\nspec: {{triggers: [{{interceptors: [{interceptor}]}}]}}\n"
        )
    };
    let cases = [
        ("{ref: {name: github}}", Some(false)),
        (
            "{ref: {name: gitlab}, params: [{name: secretRef, value: {secretName: s, secretKey: k}}]}",
            Some(true),
        ),
        ("{github: {secretRef: {secretName: s}}}", Some(true)),
        ("{github: {eventTypes: [push]}}", Some(false)),
        ("{ref: {name: cel}}", None),
    ];
    for (interceptor, expected) in cases {
        let case = analyze(&[("l.yaml", &listener(interceptor))]);
        let signed = case.facts.guards.iter().find_map(|it| match it.kind {
            GuardKind::WebhookSigned(signed) => Some(signed),
            _ => None,
        });
        assert_eq!(signed, expected, "{interceptor}");
    }
}

#[test]
fn what_was_forgotten_in_an_encrypted_file_is_told() {
    let secret = |sops: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  \
             password: '{PASSWORD}'\n  other: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\n{sops}"
        )
    };
    for (sops, expected) in [
        ("sops: {mac: 'ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]'}\n", true),
        ("", false),
    ] {
        let case = analyze(&[("s.yaml", &secret(sops))]);
        let found = case.facts.credentials.iter().find_map(|it| it.literal()).unwrap();
        assert_eq!(found.beside_encryption, expected);
    }
    let values = format!("db: {{password: '{PASSWORD}'}}\nsops: {{mac: x}}\n");
    let case = analyze(&[("chart/values.yaml", &values)]);
    assert!(
        case.facts.credentials.iter().filter_map(|it| it.literal()).all(|it| it.beside_encryption)
    );
    assert_eq!(case.literals().len(), 1);
}

#[test]
fn pods_that_run_a_client_of_the_api_say_so() {
    let pod = |container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{container}]}}\n"
        )
    };
    let cases = [
        ("{image: 'bitnami/kubectl:1.30'}", true),
        ("{image: busybox, command: [sh, -c, 'until kubectl get po; do sleep 1; done']}", true),
        ("{image: busybox, command: [/usr/local/bin/helm, upgrade]}", true),
        ("{image: busybox, args: ['--path=/opt/helm/charts']}", false),
        ("{image: helmet}", false),
        ("{image: nginx}", false),
    ];
    for (container, expected) in cases {
        let case = analyze(&[("p.yaml", &pod(container))]);
        let asks = case.facts.credentials.iter().any(|it| it.audience.value().is_some());
        assert_eq!(asks, expected, "{container}");
    }
}

#[test]
fn templates_of_openshift_hold_objects() {
    let text = format!(
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {{name: t}}\nobjects:\n\
         - apiVersion: v1\n  kind: Secret\n  metadata: {{name: db}}\n  \
         stringData: {{password: '{PASSWORD}', other_password: '${{DB_PASSWORD}}'}}\n\
         - apiVersion: rbac.authorization.k8s.io/v1\n  kind: ClusterRoleBinding\n  metadata: {{name: b}}\n  \
         roleRef: {{kind: ClusterRole, name: cluster-admin}}\n  subjects: [{{kind: User, name: ann}}]\n"
    );
    let case = analyze(&[("t.yaml", &text)]);
    expect("grants", &grants(&case), &["cluster-admin Cluster to kubernetes-user:ann"]);
    assert!(case.literals().iter().any(|it| it.starts_with("Secret/db#stringData.password")));
}

#[test]
fn who_is_master_of_a_cluster_is_a_use() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\n\
                data:\n  mapRoles: |\n    - rolearn: arn:aws:iam::1:role/ci\n      \
                groups: [system:masters]\n    - {rolearn: x, username: 'system:node:{{EC2PrivateDNSName}}', groups: []}\n";
    let case = analyze(&[("a.yaml", text)]);
    let expected =
        "aws-iam-role:arn:aws:iam::1:role/ci -> kubernetes-group:system:masters @system:masters";
    expect("uses", &case.uses(), &[expected]);
    let other = text.replace("aws-auth", "other");
    expect("another ConfigMap", &analyze(&[("a.yaml", &other)]).uses(), &[]);
}

#[test]
fn requests_for_certificates_say_how_long() {
    let text = "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\n\
                metadata: {name: r}\nspec: {signerName: kubernetes.io/kube-apiserver-client, expirationSeconds: 31536000}\n";
    let case = analyze(&[("r.yaml", text)]);
    assert_eq!(case.facts.credentials[0].expiry.lifetime, Lifetime::Seconds(31_536_000));
}

#[test]
fn files_that_make_clusters_hold_flags_and_tokens() {
    let flags = |case: &Case| {
        let guards = case.facts.guards.iter();
        guards
            .map(|it| format!("{} {} @{}", it.agent, it.setting, case.slice(it.place)))
            .collect::<Vec<_>>()
    };
    let k3s = format!(
        "token: {PASSWORD}\nagent-token: '{{{{ vault_token }}}}'\ntoken-file: /etc/token\n\
         kube-apiserver-arg:\n  - --service-account-lookup=false\n  - anonymous-auth=false\n"
    );
    let case = analyze(&[("etc/rancher/rke2/config.yaml", &k3s)]);
    expect(
        "k3s",
        &flags(&case),
        &["config.yaml service-account-lookup @--service-account-lookup=false"],
    );
    let found = case.literals();
    assert!(found.len() == 1 && found[0].contains(&format!("literal@{PASSWORD}")), "{found:?}");

    let rke = format!(
        "nodes: [{{address: a}}]\nservices:\n  kube-api: {{extra_args: {{token-auth-file: /t.csv}}}}\n\
         private_registries: [{{url: r, user: u, password: '{PASSWORD}'}}]\n"
    );
    let case = analyze(&[("cluster.yml", &rke)]);
    expect("rke", &flags(&case), &["cluster.yml token-auth-file @/t.csv"]);
    assert_eq!(case.literals().len(), 1);
}

#[test]
fn what_is_written_beside_what_is_fetched_is_a_literal() {
    let external = |rest: &str| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: db}}\n\
             spec:\n  refreshInterval: 1h\n  target:\n    template:\n{rest}"
        )
    };
    let at = "ExternalSecret/db#spec.target.template";
    let cases = [
        ("      data:\n        password: '{{ .password }}'\n".to_owned(), None),
        ("      data:\n        url: 'postgres://app:{{ .password }}@db/app'\n".to_owned(), None),
        ("      data:\n        admin-user: admin\n        mode: prod\n".to_owned(), None),
        (
            "      templateFrom:\n        - configMap: {name: t, items: [{key: a}]}\n".to_owned(),
            None,
        ),
        (
            format!("      data:\n        password: '{PASSWORD}'\n"),
            Some(format!("{at}.data.password password literal@{PASSWORD}")),
        ),
        (
            format!(
                "      data:\n        app.properties: |\n          user={{{{ .user }}}}\n          password={PASSWORD}\n"
            ),
            Some(format!("{at}.data.app.properties password literal@{PASSWORD} via line password")),
        ),
        (
            format!(
                "      templateFrom:\n        - literal: |\n            user={{{{ .user }}}}\n            password={PASSWORD}\n"
            ),
            Some(format!(
                "{at}.templateFrom[0].literal password literal@{PASSWORD} via line password"
            )),
        ),
    ];
    for (rest, expected) in cases {
        let case = analyze(&[("e.yaml", &external(&rest))]);
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        expect(&rest, &case.literals(), &expected);
    }
}

#[test]
fn a_provider_class_names_who_fetches() {
    let class = |parameters: &str| {
        format!(
            "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n\
             metadata: {{name: kv}}\nspec:\n  provider: azure\n  parameters:\n    keyvaultName: v\n{parameters}"
        )
    };
    let to = |id: &str| format!("SecretProviderClass/kv -> azure-managed-identity:{id} @{id}");
    let cases = [
        ("    useVMManagedIdentity: 'true'\n    userAssignedIdentityID: a-1\n", Some(to("a-1"))),
        ("    useVMManagedIdentity: true\n    userAssignedIdentityID: a-1\n", Some(to("a-1"))),
        ("    useVMManagedIdentity: 'true'\n    userAssignedIdentityID: ''\n", None),
        ("    useVMManagedIdentity: 'true'\n    clientID: b-2\n", None),
        ("    useVMManagedIdentity: 'false'\n    clientID: b-2\n", Some(to("b-2"))),
        ("    clientID: b-2\n", Some(to("b-2"))),
        ("    usePodIdentity: 'true'\n", None),
    ];
    for (parameters, expected) in cases {
        let case = analyze(&[("c.yaml", &class(parameters))]);
        let found: Vec<_> = case.uses().into_iter().map(|it| it.replace('\'', "")).collect();
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        expect(parameters, &found, &expected);
    }
}

#[test]
fn certificates_of_a_cluster_live_as_the_controller_manager_says() {
    let pod = |words: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: kcm}}\nspec:\n  containers:\n    - name: a\n      image: a\n      command: {words}\n"
        )
    };
    let kubeadm = |arguments: &str| {
        format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncontrollerManager:\n  extraArgs: {arguments}\n"
        )
    };
    let kind = |arguments: &str| {
        format!(
            "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes:\n- role: control-plane\n  kubeadmConfigPatches:\n  - |\n    kind: ClusterConfiguration\n    controllerManager:\n      extraArgs: {arguments}\n"
        )
    };
    const K3S: &str = "--kube-controller-manager-arg=cluster-signing-duration=87600h";
    let k3d = |argument: &str| {
        format!(
            "apiVersion: k3d.io/v1alpha5\nkind: Simple\noptions:\n  k3s:\n    extraArgs:\n    - arg: --kube-{argument}=cluster-signing-duration=87600h\n"
        )
    };
    let ten = Some(("87600h", Lifetime::Seconds(315_360_000)));
    let cases = [
        (
            pod("[kube-controller-manager, --cluster-signing-duration=87600h]"),
            ten.map(|it| ("--cluster-signing-duration=87600h", it.1)),
        ),
        (pod("[/usr/bin/kube-controller-manager, --cluster-signing-duration, 87600h]"), ten),
        (pod("[my-controller, --cluster-signing-duration=87600h]"), None),
        (pod("[kube-controller-manager, --bind-address=0.0.0.0]"), None),
        (kubeadm("{cluster-signing-duration: 87600h}"), ten),
        (kubeadm("[{name: cluster-signing-duration, value: 87600h}]"), ten),
        (kubeadm("{bind-address: 0.0.0.0}"), None),
        (
            "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: c}\nspec:\n  kubeControllerManager:\n    experimentalClusterSigningDuration: 87600h\n".to_owned(),
            ten,
        ),
        (kind("{cluster-signing-duration: 87600h}"), ten),
        (kind("[{name: cluster-signing-duration, value: 87600h}]"), ten),
        (kind("{bind-address: 0.0.0.0}"), None),
        (k3d("controller-manager-arg"), ten.map(|it| (K3S, it.1))),
        (k3d("scheduler-arg"), None),
    ];
    for (text, expected) in cases {
        let case = analyze(&[("c.yaml", &text)]);
        let issued = case.facts.credentials.iter().filter(|it| it.expiry.maximum.is_some());
        let issued = issued.filter(|it| it.kind == model::CredentialKind::Certificate);
        let found: Vec<_> = issued.map(|it| (case.slice(it.place), it.expiry.lifetime)).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
}
