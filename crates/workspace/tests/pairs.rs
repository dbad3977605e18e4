//! An id and its key are one finding, which says whose key it is and how long it lives.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;
mod written;

/// `message | help | related messages` of the findings about one file.
fn findings(path: &str, text: &str) -> Vec<String> {
    let report = written::checked(path, text.as_bytes()).report;
    let of = |it: &engine::Finding| {
        let related: Vec<&str> = it.related.iter().map(|it| it.message.as_str()).collect();
        format!("{} | {} | {}", it.message, it.help.as_deref().unwrap_or(""), related.join(", "))
    };
    report.findings.iter().map(of).collect()
}

/// Ids are put together here, so that no file of the repository holds one.
fn id(start: &str) -> String {
    format!("{start}Y34FZKBOKMUTVV7A")
}

const KEY: &str = "q9X2vLr7TzK4mWn8YbC3dFg6HjP1sAeU5oIyRtQw";

#[test]
fn an_id_and_its_key_are_one_finding() {
    let backend = |access: &str| {
        format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket     = \"b\"\n    key        = \"k\"\n    \
             access_key = \"{access}\"\n    secret_key = \"{KEY}\"\n  }}\n}}\n"
        )
    };
    let whose = "its id stands here: AWS access key id of account 609629065308";
    let found = findings("main.tf", &backend(&id("AKIA")));
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.starts_with("AWS secret access key written out"), "{only}");
    assert!(only.contains("OIDC") && only.ends_with(whose), "{only}");
    let found = findings("main.tf", &backend("AKIAIOSFODNN7EXAMPLE"));
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(!only.contains("its id"), "{only}");

    let credentials = format!(
        "[a]\naws_access_key_id = {}\naws_secret_access_key = {KEY}\n[b]\n\
         aws_secret_access_key = mR4zxB8wKq1pLw9TzK4mWn8YbC3dFg6HjP1sAeU5\n",
        id("ASIA")
    );
    let found = findings(".aws/credentials", &credentials);
    let [paired, alone] = found.as_slice() else { panic!("{found:?}") };
    assert!(paired.contains("temporary access key id of account 609629065308"), "{paired}");
    assert!(!alone.contains("its id"), "{alone}");
}

#[test]
fn one_value_in_several_places_is_one_finding() {
    let text = format!(
        "services:\n  a:\n    environment:\n      API_TOKEN: {KEY}\n  b:\n    environment:\n      \
         API_TOKEN: {KEY}\n"
    );
    let found = findings("compose.yaml", &text);
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.ends_with("the same value stands here"), "{only}");
}

#[test]
fn what_to_do_depends_on_the_place() {
    for (path, text, place, advice) in [
        (
            "main.tf",
            format!("resource \"aws_db_instance\" \"d\" {{\n  password = \"{KEY}\"\n}}\n"),
            "`password` of aws_db_instance",
            "`password_wo` with an ephemeral value; it never expires by itself; the Terraform \
             state would hold it too",
        ),
        (
            "main.tf",
            format!(
                "resource \"aws_secretsmanager_secret_version\" \"d\" {{\n  \
                 secret_string = jsonencode({{ password = \"{KEY}\" }})\n}}\n"
            ),
            "`password` of aws_secretsmanager_secret_version",
            "with an ephemeral value",
        ),
        (
            ".github/workflows/a.yml",
            format!("env:\n  AWS_SECRET_ACCESS_KEY: {KEY}\n"),
            "`AWS_SECRET_ACCESS_KEY` of the pipeline",
            "OIDC federation",
        ),
        (
            ".gitlab-ci.yml",
            format!("variables:\n  API_TOKEN: {KEY}\n"),
            "`API_TOKEN` of the pipeline",
            "masked and protected variable",
        ),
        (
            "compose.yaml",
            format!("services:\n  a:\n    environment:\n      API_TOKEN: {KEY}\n"),
            "service `a`",
            "file secret (`secrets`)",
        ),
        (
            ".codex/config.toml",
            format!("[mcp_servers.a]\nurl = \"https://a.example.org\"\nbearer_token = \"{KEY}\"\n"),
            "tool server `a`",
            "bearer_token_env_var",
        ),
        (
            ".vscode/mcp.json",
            format!(
                "{{\"servers\": {{\"a\": {{\"url\": \"https://a.example.org\", \
                     \"headers\": {{\"X-Api-Key\": \"{KEY}\"}}}}}}}}\n"
            ),
            "header `X-Api-Key`",
            "${input:",
        ),
        (
            "d.yaml",
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  \
                 - name: a\n    image: a\n    env: [{{name: API_TOKEN, value: {KEY}}}]\n"
            ),
            "environment variable `API_TOKEN`",
            "secret",
        ),
        (
            "k/kubeconfig",
            format!(
                "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers:\n\
                 - name: a\n  user: {{token: {KEY}}}\n"
            ),
            "`token` of `kubeconfig`",
            "`exec` plugin",
        ),
    ] {
        let found = findings(path, &text);
        let [only] = found.as_slice() else { panic!("{path}: {found:?}") };
        assert!(only.contains(place) && only.contains(advice), "{path}: {only}");
    }
}
