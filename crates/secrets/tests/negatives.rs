//! What must stay quiet: names, identifiers, references, stand-ins, ciphertext.

#![expect(clippy::string_slice, clippy::unwrap_used, reason = "a test may fail loudly")]

mod fake;

use model::ReferenceSyntax as S;
use nhilint_secrets::{Expectation, Question, Verdict, judge};

fn by_name(key: &str, value: &str) -> Verdict {
    judge(value, &Question { key, expectation: Expectation::ByName })
}

fn in_place(key: &str, value: &str) -> Verdict {
    judge(value, &Question { key, expectation: Expectation::Credential })
}

fn text(value: &str) -> Verdict {
    judge(value, &Question { key: "", expectation: Expectation::Text })
}

fn is_quiet(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Credentials(_))
}

#[test]
fn values_that_are_no_credentials() {
    let uuid = fake::uuid();
    let sha = fake::hex(64);
    let cert = fake::pem("CERTIFICATE");
    for (key, value) in [
        ("secret_name", "prod/db/password"),
        ("secretName", "grafana-admin-credentials"),
        ("passwordSecretRef", "db-password"),
        ("existingSecret", "my-postgres-secret"),
        ("kms_key_id", uuid.as_str()),
        ("client_id", uuid.as_str()),
        ("account_id", "123456789012"),
        ("checksum", sha.as_str()),
        ("digest", sha.as_str()),
        ("commit", sha.get(..40).unwrap()),
        ("password_rotated_date", "2023-04-17"),
        ("password_policy", "excellent"),
        ("password_length", "32"),
        ("token_ttl", "720h"),
        ("token", "true"),
        ("password", "null"),
        ("password", ""),
        ("token", "2026-01-31T00:00:00Z"),
        ("secret", "arn:aws:iam::123456789012:role/ci"),
        ("api_key", "AUTHORIZATION_HEADER"),
        ("token_url", "https://auth.corp/oauth/token"),
        ("token", "https://auth.corp/oauth/token"),
        ("secret", "ghcr.io/org/secret-agent:v1.2.3"),
        ("credentials", "ci-user@corp.example"),
        ("secret", "grafana-tls"),
        ("auth_token", "github-token"),
        ("max_tokens", "4096"),
        ("tls.crt", cert.as_str()),
        ("private_key", cert.as_str()),
        ("password", "$2y$10$abcdefghijklmnopqrstuvwxyz"),
        ("public_key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFAKEFAKEFAKE ci@host"),
        ("description", "the password of the database is kept in Vault"),
        ("password", "the password is set by the operator"),
    ] {
        assert!(is_quiet(&by_name(key, value)), "{key}: {value}");
    }
}

#[test]
fn free_text_needs_a_format() {
    for value in [
        fake::body(40),
        fake::hex(40),
        fake::uuid(),
        "password: hunter2".to_owned(),
        "Bearer token authentication is required".to_owned(),
        "Basic authentication".to_owned(),
        "postgres://user:password@localhost:5432/db".to_owned(),
        "postgres://user:${PASSWORD}@db/x".to_owned(),
        "postgres://user:$(PASSWORD)@db/x".to_owned(),
        "https://host:8443/path@v1".to_owned(),
        "https://user@host/path".to_owned(),
        "oci://registry:5000/image@sha256:0123456789abcdef".to_owned(),
        "https://x-access-token:...@github.com".to_owned(),
        "https://a/b?token=${TOKEN}&key=value".to_owned(),
        "https://a/b?next_token=page2".to_owned(),
        "Authorization: Bearer ${TOKEN}".to_owned(),
        "Authorization: Bearer <your-access-token>".to_owned(),
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_owned(),
        "sk-ant-api03-your-key-here".to_owned(),
        format!("{}IOSFODNN7EXAMPLE", "AKIA"),
        format!("{}ISTHEANSWERTOALL", "AKIA"),
        format!("{}EXAMPLE1234567890", "AKIA"),
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC".to_owned(),
    ] {
        assert!(is_quiet(&text(&value)), "{value}");
    }
}

#[test]
fn the_sample_of_the_jwt_page_is_no_token() {
    let sample = fake::jwt(r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#);
    assert!(is_quiet(&text(&sample)));
}

#[test]
fn references_are_read_in_every_place() {
    for (value, syntax) in [
        ("${TOKEN}", S::Environment),
        ("Bearer ${TOKEN}", S::Environment),
        ("token $TOKEN", S::Environment),
        ("${TOKEN:-}", S::Environment),
        ("${TOKEN:-your-token}", S::Environment),
        ("${env:TOKEN}", S::Environment),
        ("${input:token}", S::Input),
        ("{env:TOKEN}", S::Environment),
        ("${{ secrets.TOKEN }}", S::Pipeline),
        ("op://vault/item/field", S::SecretManager),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf", S::SecretManager),
        ("projects/p/secrets/s/versions/latest", S::SecretManager),
        ("{{ .Values.token }}", S::Template),
        ("prefix-${TOKEN}", S::Environment),
        ("/run/secrets/token", S::File),
        ("OPENAI_API_KEY", S::Environment),
    ] {
        for verdict in [in_place("api_token", value), by_name("API_TOKEN", value)] {
            assert!(
                matches!(&verdict, Verdict::Reference { syntax: it, .. } if *it == syntax),
                "{value}: {verdict:?}"
            );
        }
    }
    assert!(matches!(
        by_name("POSTGRES_PASSWORD_FILE", "/run/secrets/pw"),
        Verdict::Reference { syntax: S::File, .. }
    ));
    assert!(matches!(by_name("image", "${IMAGE}"), Verdict::Nothing));
}

#[test]
fn a_default_is_judged_like_a_value() {
    let secret = fake::body(24);
    let value = format!("${{TOKEN:-{secret}}}");
    let Verdict::Credentials(found) = in_place("token", &value) else { panic!("not found") };
    assert_eq!(&value[found[0].range.clone()], secret);
}

#[test]
fn stand_ins_are_told_apart_from_values() {
    for value in [
        "<your-token>",
        "YOUR_API_KEY",
        "your-api-key-here",
        "xxxxxxxxxxxx",
        "replace-me",
        "changeme",
        "sk-...",
        "dummy-token",
        "azure-test-key",
        "example",
    ] {
        assert!(matches!(in_place("api_key", value), Verdict::Placeholder), "{value}");
        assert!(is_quiet(&by_name("api_key", value)), "{value}");
    }
}

#[test]
fn ciphertext_is_safe() {
    let sealed = fake::base64(&format!("\u{2}\0{}", fake::body(600)));
    for value in [
        "ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]",
        "ENC[PKCS7,MIIBeQYJKoZIhvcNAQ]",
        "$ANSIBLE_VAULT;1.1;AES256\n6162",
        "{cipher}abcdef0123456789",
        "vault:v1:abcdefgh",
        "-----BEGIN AGE ENCRYPTED FILE-----\nabc",
        sealed.as_str(),
    ] {
        assert!(matches!(in_place("password", value), Verdict::Encrypted), "{value}");
        assert!(matches!(by_name("DB_PASSWORD", value), Verdict::Encrypted), "{value}");
    }
}
