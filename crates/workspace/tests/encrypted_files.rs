//! Files that are encrypted, whole or in part: ciphertext is fine, a value left plain is not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;
mod written;

const TOKEN: &str = "q9X2vLr7TzK4mWn8YbC3dFg6HjP1";

/// What SOPS writes for a value.
const VALUE: &str = "ENC[AES256_GCM,data:p673wCcR,iv:YY3xqkTs1w==,tag:A2vXbQ9d8w==,type:str]";

/// The lines that findings stand on.
fn lines(path: &str, content: &[u8]) -> Vec<u32> {
    let checked = written::checked(path, content);
    let sources = &checked.report.sources;
    let line = |it: &engine::Finding| {
        let source = sources.get(it.place.file).unwrap();
        let start = it.place.span.range().start;
        u32::try_from(source.text.get(..start).unwrap().matches('\n').count() + 1).unwrap()
    };
    checked.report.findings.iter().map(line).collect()
}

/// A file of each format with one value that SOPS encrypts and one line of the caller's.
fn files(line: impl Fn(&str, &str) -> String) -> Vec<(&'static str, String)> {
    vec![
        (
            "db.enc.yaml",
            format!(
                "db_password: {VALUE}\n{}sops:\n  mac: {VALUE}\n  version: 3.9.1\n",
                line("", ": ")
            ),
        ),
        (
            "db.enc.json",
            format!(
                "{{\"db_password\": \"{VALUE}\",\n{}\"sops\": {{\"mac\": \"{VALUE}\", \"version\": \"3.9.1\"}}}}\n",
                line("\"", "\": \"").replace('\n', "\",\n").replace("\"\",", "\",")
            ),
        ),
        ("prod.enc.env", format!("DB_PASSWORD={VALUE}\n{}sops_mac={VALUE}\n", line("", "="))),
        (
            "db.enc.ini",
            format!("db_password = {VALUE}\n{}[sops]\nmac = {VALUE}\n", line("", " = ")),
        ),
        (
            "secret.yaml",
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{a: '{VALUE}'}}\n\
                 sops: {{mac: '{VALUE}', version: 3.9.1}}\n"
            ),
        ),
    ]
}

#[test]
fn ciphertext_is_silent() {
    for (path, text) in files(|_, _| String::new()) {
        assert!(lines(path, text.as_bytes()).is_empty(), "{path}\n{text}");
    }
}

#[test]
fn a_value_left_plain_is_found() {
    let plain = |quote: &str, mark: &str| format!("{quote}api_token{mark}{TOKEN}\n");
    for (path, text) in files(plain).into_iter().filter(|it| it.0 != "secret.yaml") {
        assert_eq!(lines(path, text.as_bytes()), [2], "{path}\n{text}");
    }
}

#[test]
fn files_that_are_encrypted_whole_are_silent() {
    let git_crypt: Vec<u8> =
        b"\0GITCRYPT\0".iter().copied().chain((0..=255).cycle().take(600)).collect();
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n62313365396662343061393464336163\n3833643\n";
    let armour = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+\n\
                  -----END AGE ENCRYPTED FILE-----\n";
    for path in ["prod.tfvars", ".env", "values.yaml", "db.json", "credentials.ini", "id.pem"] {
        for content in [git_crypt.as_slice(), vault.as_bytes(), armour.as_bytes()] {
            assert!(lines(path, content).is_empty(), "{path}");
        }
    }
    // SOPS keeps a file of no format that it knows as one text.
    let binary = format!("{{\"data\": \"{VALUE}\", \"sops\": {{\"mac\": \"{VALUE}\"}}}}");
    assert!(lines("prod.tfvars.json", binary.as_bytes()).is_empty());
}
