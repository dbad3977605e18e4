//! Credentials that are written out in manifests, at the exact bytes, and their harmless twins.

mod lens;

use lens::{analyze, expect};

/// A value that nothing but a person with a generator writes.
const PASSWORD: &str = "mK7#vQ2xLp9$Tz4w";
const PASSWORD_BASE64: &str = "bUs3I3ZRMnhMcDkkVHo0dw==";

fn secret(rest: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: ns}}\n{rest}")
}

fn config(rest: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n{rest}")
}

#[test]
fn secret_values_are_found_where_they_are_written() {
    let string_data = format!("stringData:\n  password: '{PASSWORD}'\n");
    let data = format!("type: Opaque\ndata:\n  password: {PASSWORD_BASE64}\n");
    // Of this key nothing is known but that it stands in a Secret.
    let drawn = "vFQneFGmE3Ed6JHH2xoTFw0pSKR8";
    let unnamed = format!("stringData:\n  leftover: {drawn}\n");
    let encoded = "data:\n  leftover: dkZRbmVGR21FM0VkNkpISDJ4b1RGdzBwU0tSOA==\n".to_owned();
    let cases = [
        (unnamed, format!("ns/Secret/s#stringData.leftover credential literal@{drawn}")),
        (
            encoded,
            "ns/Secret/s#data.leftover credential \
             literal@dkZRbmVGR21FM0VkNkpISDJ4b1RGdzBwU0tSOA== via base64"
                .to_owned(),
        ),
        (string_data, format!("ns/Secret/s#stringData.password password literal@{PASSWORD}")),
        (data, format!("ns/Secret/s#data.password password literal@{PASSWORD_BASE64} via base64")),
    ];
    for (text, expected) in cases {
        expect(&text, &analyze(&[("s.yaml", &secret(&text))]).credentials(), &[&expected]);
    }
}

#[test]
fn what_a_secret_holds_besides_credentials_is_silent() {
    let cases = [
        "data: {host: ZGIuZXhhbXBsZS5jb20=, port: NTQzMg==, username: YXBw}",
        "data: {password: ''}",
        "data: {password: }",
        "stringData: {password: '<your-password>'}",
        "stringData: {password: '${DB_PASSWORD}'}",
        "stringData: {api-token: changeme}",
        "stringData: {clientId: vFQneFGmE3Ed6JHH2xoTFw0pSKR8, build-version: 9f86d081884c7d65}",
        "stringData: {auth: 'ci:$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'}",
        "stringData: {mode: standalone, replicas: '3', feature: checkout-v2}",
        "data: {password: 'ENC[AES256_GCM,data:p673w==,iv:YY=,tag:A==,type:str]'}\n\
         sops: {mac: 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]', version: 3.8.1}",
        "type: kubernetes.io/tls\ndata: {tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t, tls.key: ''}",
    ];
    for text in cases {
        let case = analyze(&[("s.yaml", &secret(&format!("{text}\n")))]);
        expect(text, &case.literals(), &[]);
    }
}

#[test]
fn sealed_and_external_secrets_hold_nothing_readable() {
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\n\
                  spec: {encryptedData: {password: AgBy8hCFmK7vQ2xLp9Tz4wAAAAAA}}\n";
    let case = analyze(&[("s.yaml", sealed)]);
    expect(
        "sealed",
        &case.credentials(),
        &["SealedSecret/s#spec.encryptedData.password credential Encrypted"],
    );
    let external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s}\n\
                    spec: {data: [{secretKey: password, remoteRef: {key: prod/db}}]}\n";
    expect("external", &analyze(&[("s.yaml", external)]).credentials(), &[]);
}

#[test]
fn objects_of_other_vendors_are_read_too() {
    let object = |inner: &str| {
        format!(
            "apiVersion: grafana.integreatly.org/v1beta1\nkind: Grafana\nmetadata: {{name: g}}\n\
             spec: {{config: {{security: {inner}}}}}\n"
        )
    };
    let header = format!("{{header: {{key: x-api-key, value: '{PASSWORD}'}}}}");
    let case = analyze(&[("r.yaml", &object(&header))]);
    let found = "Grafana/g#spec.config.security.header.value API key literal@mK7#vQ2xLp9$Tz4w";
    expect("header", &case.literals(), &[found]);
    let case = analyze(&[("r.yaml", &object(&format!("{{admin_password: '{PASSWORD}'}}")))]);
    let expected =
        format!("Grafana/g#spec.config.security.admin_password password literal@{PASSWORD}");
    expect("values", &case.credentials(), &[&expected]);
    let inner = format!("[{{name: DB_PASSWORD, value: '{PASSWORD}'}}]");
    let case = analyze(&[("r.yaml", &object(&inner))]);
    assert_eq!(case.literals().len(), 1, "{inner}");
    for inner in [
        "{existingSecret: db-auth}",
        "{admin_password: '${DB_PASSWORD}'}",
        "{admin_password: ''}",
        "{passwordSecretRef: {name: db, key: password}}",
    ] {
        expect(inner, &analyze(&[("r.yaml", &object(inner))]).literals(), &[]);
    }
}

#[test]
fn what_other_vendors_hold_is_found_wherever_it_stands() {
    let cases = [
        ("spec: {passwords: ['@']}", 1),
        ("spec: {passwords: [['@']]}", 1),
        ("spec: {args: [{name: size, value: 3}, {name: db-password, value: '@'}]}", 1),
        ("spec: {params: [{key: db-password, default: '@'}]}", 1),
        ("spec: {params: [{name: db-password, value: ['a', '@']}]}", 1),
        ("spec: {script: \"set -e\\nexport DB_PASSWORD='@'\\n\"}", 1),
        ("spec: {document: '{\"db_password\": \"@\"}'}", 1),
        ("spec: {a: &a {password: '@'}, b: [*a]}", 1),
        ("spec: {password: !!str '@'}", 1),
        ("spec: {color: !vault blue}", 0),
        ("status: &a {password: '@'}\nspec: {b: *a}", 1),
        ("spec: {config: \"db:\\n  passwords:\\n  - '@'\\n\"}", 1),
        ("spec: {config: '{\"passwords\": [\"@\"]}'}", 1),
        ("spec: {config: \"colors:\\n  - '@'\\npasswords: []\\n\"}", 0),
        ("metadata: {name: n, annotations: {db-password: '@'}}", 1),
        ("metadata: {name: n, labels: {db-password: '@'}}", 0),
        ("status: {password: '@'}", 0),
        ("spec: {args: [{name: size, value: '@'}], color: '@'}", 0),
    ];
    for (rest, expected) in cases {
        let rest = rest.replace('@', PASSWORD);
        let text = format!("apiVersion: example.com/v1\nkind: Thing\n{rest}\n");
        let case = analyze(&[("t.yaml", &text)]);
        let places: Vec<_> = case.facts.credentials.iter().map(|it| case.slice(it.place)).collect();
        assert_eq!(places, vec![PASSWORD; expected], "{rest}");
    }
}

#[test]
fn schemas_are_never_values() {
    let text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
         metadata: {{name: x}}\nspec: {{password: '{PASSWORD}', data: {{password: {PASSWORD_BASE64}}}}}\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {{name: x}}\n"
    );
    expect("schema", &analyze(&[("crd.yaml", &text)]).credentials(), &[]);
}

#[test]
fn a_token_secret_is_a_credential_that_never_ends() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: t\n  namespace: ns\n  \
                annotations:\n    kubernetes.io/service-account.name: bot\n\
                type: kubernetes.io/service-account-token\n";
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: bot, namespace: ns}\n";
    let at = "kubernetes.io/service-account-token";
    let case = analyze(&[("t.yaml", text)]);
    let stranger = "kubernetes-service-account:ns/ServiceAccount/bot";
    expect(
        "account elsewhere",
        &case.credentials(),
        &[&format!("ns/Secret/t#type service account token never Secret t of {stranger}@{at}")],
    );
    assert_eq!(case.facts.credentials[0].expiry, model::Expiry::never_by_kind());
    let case = analyze(&[("t.yaml", text), ("a.yaml", account)]);
    expect(
        "account here",
        &case.credentials(),
        &[&format!(
            "ns/Secret/t#type service account token never Secret t of ns/ServiceAccount/bot@{at}"
        )],
    );
    let opaque = text.replace("service-account-token", "tls");
    expect("another type", &analyze(&[("t.yaml", &opaque)]).credentials(), &[]);
}

#[test]
fn a_bootstrap_token_ends_when_it_says() {
    let cases = [
        ("", "Never", None),
        (", expiration: '2027-03-10T03:22:11Z'", "Until(2027-03-10)", None),
        (", expiration: '2026-03-10T03:22:11Z'", "Until(2026-03-10)", Some(false)),
        (", expiration: soon", "Unknown", None),
        (", expiration: \"{{ .Values.end }}\"", "Unknown", None),
    ];
    for (expiration, expected, active) in cases {
        let text = secret(&format!(
            "type: bootstrap.kubernetes.io/token\n\
             stringData: {{token-id: k3x9qa, token-secret: w8zq4n7rtx2vbm5k{expiration}}}\n"
        ));
        let case = analyze(&[("s.yaml", &text)]);
        let [credential] = case.facts.credentials.as_slice() else {
            panic!("{expiration}: {:?}", case.credentials())
        };
        assert_eq!(case.slice(credential.place), "w8zq4n7rtx2vbm5k");
        assert_eq!(format!("{:?}", credential.expiry.lifetime), expected);
        assert_eq!(credential.active.value().copied(), active);
    }
}

#[test]
fn registry_configurations_are_opened() {
    let json = format!(
        r#"{{"auths": {{"r.example.com": {{"username": "ci", "password": "{PASSWORD}"}}}}}}"#
    );
    let text = secret(&format!(
        "type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: |\n    {json}\n"
    ));
    let case = analyze(&[("s.yaml", &text)]);
    expect(
        "password",
        &case.credentials(),
        &[&format!(
            "ns/Secret/s#stringData..dockerconfigjson registry credential literal@{PASSWORD} via JSON .password"
        )],
    );
    // {"auths":{"r.example.com":{"auth":"Y2k6bUs3I3ZRMnhMcDkkVHo0dw=="}}}
    let encoded = "eyJhdXRocyI6eyJyLmV4YW1wbGUuY29tIjp7ImF1dGgiOiJZMms2YlVzM0kzWlJNbmhNY0Rra1ZIbzBkdz09In19fQ==";
    let text = secret(&format!(
        "type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {encoded}\n"
    ));
    let case = analyze(&[("s.yaml", &text)]);
    expect(
        "auth",
        &case.credentials(),
        &[&format!(
            "ns/Secret/s#data..dockerconfigjson registry credential literal@{encoded} via base64 \
             via JSON .auths.r.example.com.auth via base64"
        )],
    );
}

#[test]
fn config_maps_are_searched_as_what_they_hold() {
    let cases = [
        (format!("data:\n  DB_PASSWORD: '{PASSWORD}'\n"), vec!["DB_PASSWORD password literal@PW"]),
        (
            format!(
                "data:\n  app.properties: |\n    # comment\n    host=db\n    password={PASSWORD}\n    port=1\n"
            ),
            vec!["app.properties password literal@PW via line password"],
        ),
        (
            format!(
                "data:\n  app.yaml: |\n    db:\n      user: app\n      password: '{PASSWORD}'\n"
            ),
            vec!["app.yaml password literal@PW via YAML .password"],
        ),
        (
            format!("data:\n  app.json: '{{\"db\": {{\"password\": \"{PASSWORD}\"}}}}'\n"),
            vec!["app.json password literal@PW via JSON .password"],
        ),
        (
            "data: {password-policy: strict, token_url: 'https://x.example.com/t'}\n".to_owned(),
            vec![],
        ),
        ("data:\n  app.properties: |\n    password=${DB_PASSWORD}\n    a=b\n".to_owned(), vec![]),
        ("data: {TOKEN_TTL: '3600'}\n".to_owned(), vec![]),
    ];
    for (text, expected) in cases {
        let case = analyze(&[("c.yaml", &config(&text))]);
        let expected: Vec<_> = expected
            .iter()
            .map(|it| format!("ConfigMap/c#data.{}", it.replace("PW", PASSWORD)))
            .collect();
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        expect(&text, &case.credentials(), &expected);
    }
}

#[test]
fn pods_are_searched_in_variables_and_arguments() {
    let cases = [
        (
            format!("env: [{{name: DB_PASSWORD, value: '{PASSWORD}'}}]"),
            format!("env.DB_PASSWORD password literal@{PASSWORD}"),
        ),
        (
            format!("args: ['--db-password={PASSWORD}']"),
            format!("args[0] password literal@{PASSWORD}"),
        ),
        (
            format!("args: [--db-password, '{PASSWORD}']"),
            format!("args[1] password literal@{PASSWORD}"),
        ),
        ("env: [{name: DB_PASSWORD, value: $(OTHER)}]".to_owned(), String::new()),
        ("env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db}]".to_owned(), String::new()),
        ("env: [{name: LOG_LEVEL, value: debug}]".to_owned(), String::new()),
        ("args: [--token-file, /var/run/token, --token=$(TOKEN)]".to_owned(), String::new()),
        ("args: [--password, --verbose]".to_owned(), String::new()),
    ];
    for (container, expected) in cases {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  \
             - name: a\n    image: b\n    {container}\n"
        );
        let case = analyze(&[("p.yaml", &text)]);
        let expected = format!("Pod/p#containers.a.{expected}");
        let expected: &[&str] = if expected.ends_with('.') { &[] } else { &[&expected] };
        expect(&container, &case.literals(), expected);
    }
}

#[test]
fn a_value_behind_an_anchor_is_placed_at_the_anchor() {
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  \
         password: &pw '{PASSWORD}'\n  db_password: *pw\n"
    );
    let case = analyze(&[("s.yaml", &text)]);
    let [credential] = case.facts.credentials.as_slice() else {
        panic!("one secret is one credential: {:?}", case.credentials())
    };
    assert_eq!(case.slice(credential.place), PASSWORD);
    let copies: Vec<_> =
        credential.literal().unwrap().copies.iter().map(|it| case.slice(*it)).collect();
    assert_eq!(copies, ["*pw"]);
}

#[test]
fn the_copy_that_kubectl_keeps_is_found() {
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    \
         kubectl.kubernetes.io/last-applied-configuration: |\n      \
         {{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{{\"password\":\"{PASSWORD_BASE64}\"}}}}\n"
    );
    let case = analyze(&[("s.yaml", &text)]);
    let places: Vec<_> = case.facts.credentials.iter().map(|it| case.slice(it.place)).collect();
    assert_eq!(places, [PASSWORD_BASE64]);
}

#[test]
fn documents_in_annotations_are_taken_apart() {
    let cases = [
        ("example.com/config", format!("{{\"password\": \"{PASSWORD}\"}}"), 1),
        (
            "kubectl.kubernetes.io/last-applied-configuration",
            format!("{{\"env\": [{{\"name\": \"DB_PASSWORD\", \"value\": \"{PASSWORD}\"}}]}}"),
            1,
        ),
        ("example.com/config", "{\"passwordSecretRef\": \"db\"}".to_owned(), 0),
        ("example.com/password-hint", "{a: b}".to_owned(), 0),
    ];
    for (key, value, count) in cases {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n  annotations:\n    \
             {key}: |\n      {value}\nspec: {{template: {{spec: {{containers: []}}}}}}\n"
        );
        let case = analyze(&[("d.yaml", &text)]);
        let literals = case.facts.credentials.iter().filter(|it| it.literal().is_some());
        let places: Vec<_> = literals.map(|it| case.slice(it.place)).collect();
        assert_eq!(places, vec![PASSWORD; count], "{value}");
    }
}

#[test]
fn every_object_but_a_schema_is_a_resource_when_asked() {
    let text = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t, namespace: ns}\n\
                spec: {size: 3}\n---\napiVersion: apiextensions.k8s.io/v1\n\
                kind: CustomResourceDefinition\nmetadata: {name: d}\n";
    let case = analyze(&[("t.yaml", text)]);
    let [resource] = case.facts.resources.as_slice() else { panic!("one resource") };
    assert_eq!((resource.kind.as_str(), &*resource.address.name), ("Thing", "ns/Thing/t"));
    let size = resource.attributes.get("spec").and_then(|it| it.get("size"));
    assert_eq!(size.and_then(model::Value::as_number), Some(3.0));
    assert_eq!(case.slice(resource.place), "t");
}

#[test]
fn nothing_that_is_printed_shows_a_value() {
    let text = secret(&format!("stringData:\n  password: '{PASSWORD}'\n"));
    let case = analyze(&[("s.yaml", &text)]);
    let printed = format!("{:?}", case.facts);
    assert_eq!(case.facts.credentials.len(), 1);
    assert!(!printed.contains(PASSWORD));
}

#[test]
fn annotations_of_a_pod_template_are_read_like_those_of_the_object() {
    let annotated = format!("metadata: {{annotations: {{example.com/api-token: '{PASSWORD}'}}}}");
    let pod = "spec: {containers: [{name: a, image: a}]}";
    let cases = [
        (
            format!(
                "kind: Deployment\napiVersion: apps/v1\nmetadata: {{name: d}}\nspec:\n  template:\n    {annotated}\n    {pod}\n"
            ),
            "Deployment/d#spec.template.metadata.annotations.example.com/api-token",
        ),
        (
            format!(
                "kind: CronJob\napiVersion: batch/v1\nmetadata: {{name: d}}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        {annotated}\n        {pod}\n"
            ),
            "CronJob/d#spec.jobTemplate.spec.template.metadata.annotations.example.com/api-token",
        ),
        (
            format!(
                "kind: Pod\napiVersion: v1\nmetadata: {{name: d, annotations: {{example.com/api-token: '{PASSWORD}'}}}}\n{pod}\n"
            ),
            "Pod/d#metadata.annotations.example.com/api-token",
        ),
    ];
    for (text, address) in cases {
        let case = analyze(&[("d.yaml", &text)]);
        let found: Vec<_> =
            case.facts.credentials.iter().filter(|it| it.literal().is_some()).collect();
        let [one] = found.as_slice() else { panic!("{text}: {:?}", case.credentials()) };
        assert_eq!(one.address.name.as_ref(), address);
        assert_eq!(case.slice(one.place), PASSWORD);
    }
}

#[test]
fn what_helm_packs_is_no_credential() {
    let packed = "SDRzSUFBQUFBQUFDLzZ2V1VFNHNUVkZRY0E9";
    let count = |kind: &str| {
        let text = secret(&format!("type: {kind}\ndata: {{release: {packed}}}\n"));
        analyze(&[("s.yaml", &text)]).facts.credentials.len()
    };
    assert_eq!(count("helm.sh/release.v1"), 0);
    assert_eq!(count("Opaque"), 1, "the same text anywhere else may be one");
}

#[test]
fn the_default_of_a_parameter_is_read_by_its_name() {
    let task = |default: &str| {
        format!(
            "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: t, namespace: ci}}\nspec:\n  \
             params:\n  - {{name: password, type: string, default: {default}}}\n  steps: []\n"
        )
    };
    for (default, found) in [
        (format!("'{PASSWORD}'"), true),
        ("''".to_owned(), false),
        ("$(context.taskRun.name)".to_owned(), false),
        ("db-login".to_owned(), false),
    ] {
        let case = analyze(&[("t.yaml", &task(&default))]);
        let literals = case.facts.credentials.iter().filter(|it| it.literal().is_some());
        let places: Vec<_> = literals.map(|it| case.slice(it.place)).collect();
        assert_eq!(places, vec![PASSWORD; usize::from(found)], "{default}");
    }
}

#[test]
fn annotations_of_an_ingress_hold_snippets_and_names() {
    let token = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2eF";
    let cases = [
        (
            "nginx.ingress.kubernetes.io/configuration-snippet",
            format!("proxy_set_header Authorization \"Bearer {token}\";"),
            true,
        ),
        (
            "nginx.ingress.kubernetes.io/configuration-snippet",
            "proxy_set_header Authorization $http_authorization;".to_owned(),
            false,
        ),
        ("nginx.ingress.kubernetes.io/auth-secret", "vFQneFGmE3Ed6JHH2xoTFw".to_owned(), false),
        ("nginx.ingress.kubernetes.io/auth-tls-secret", "shop/client-ca".to_owned(), false),
    ];
    for (key, value, found) in cases {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  annotations:\n    {key}: '{value}'\n"
        );
        let case = analyze(&[("i.yaml", &text)]);
        let places: Vec<_> = case.facts.credentials.iter().map(|it| case.slice(it.place)).collect();
        assert_eq!(places, vec![token; usize::from(found)], "{value}");
    }
}

#[test]
fn what_probes_and_hooks_run_is_read() {
    // A shell would take a part of one with a dollar for a variable.
    const DRAWN: &str = "mK7vQ2xLp9Tz4wBn";
    let cases = [
        ("livenessProbe: {exec: {command: [app, --password, 'X']}}", "livenessProbe"),
        ("livenessProbe: {exec: {command: [redis-cli, -a, 'X', ping]}}", "livenessProbe"),
        ("startupProbe: {exec: {command: [mysqladmin, ping, -uroot, '-pX']}}", "startupProbe"),
        ("readinessProbe: {exec: {command: [app, '--password=X']}}", "readinessProbe"),
        (
            "lifecycle: {postStart: {exec: {command: [sh, -c, 'mysql --password=X']}}}",
            "lifecycle.postStart",
        ),
    ];
    for (hook, path) in cases {
        for (password, found) in [(DRAWN, 1), ("$(PASSWORD)", 0)] {
            let hook = hook.replace('X', password);
            let text = format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: a\n    image: a\n    {hook}\n"
            );
            let case = analyze(&[("p.yaml", &text)]);
            let literals: Vec<_> =
                case.facts.credentials.iter().filter(|it| it.literal().is_some()).collect();
            assert_eq!(literals.len(), found, "{hook}");
            for one in literals {
                assert_eq!(case.slice(one.place), DRAWN);
                assert!(one.address.name.contains(&format!("containers.a.{path}.exec.command")));
            }
        }
    }
}

#[test]
fn arguments_belong_to_the_program_of_the_command() {
    let drawn = "mK7vQ2xLp9Tz4wBn";
    let cases = [
        ("command: [redis-cli], args: [-a, 'X', ping]", true),
        ("command: [ls], args: [-a, 'X']", false),
        ("command: [redis-cli, -a, $(PASSWORD)]", false),
    ];
    for (run, found) in cases {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - {{name: a, image: a, {}}}\n",
            run.replace('X', drawn)
        );
        let case = analyze(&[("p.yaml", &text)]);
        let literals = case.facts.credentials.iter().filter(|it| it.literal().is_some());
        let places: Vec<_> = literals.map(|it| case.slice(it.place)).collect();
        assert_eq!(places, vec![drawn; usize::from(found)], "{run}");
    }
}
