//! Known formats: found exactly, described rightly, and not found when they are broken.

#![expect(clippy::string_slice, clippy::unwrap_used, reason = "a test may fail loudly")]

mod fake;

use model::{Certainty, CredentialKind as K, ExpirySource, Lifetime, LiteralClass};
use nhilint_secrets::{Expectation, Found, Question, Verdict, judge};

const TEXT: Question<'static> = Question { key: "", expectation: Expectation::Text };

fn found(text: &str) -> Vec<Found> {
    match judge(text, &TEXT) {
        Verdict::Credentials(found) => found,
        _ => Vec::new(),
    }
}

/// The tokens of one form each, with provider and kind.
fn tokens() -> Vec<(String, Option<&'static str>, K)> {
    let mut all = vec![
        (fake::crc_base62("npm_"), Some("npm"), K::Token),
        (
            format!("{}{}_{}", "github_pat_", fake::body(22), fake::body(59)),
            Some("GitHub"),
            K::Token,
        ),
        (format!("{}{}", "glpat-", fake::body(20)), Some("GitLab"), K::Token),
        (fake::gitlab_routable(), Some("GitLab"), K::Token),
        (
            format!("{}1234567890-1234567890123-{}", "xoxb-", fake::body(24)),
            Some("Slack"),
            K::Token,
        ),
        (format!("{}51{}", "sk_live_", fake::body(97)), Some("Stripe"), K::ApiKey),
        (
            format!("{}{}T3BlbkFJ{}", "sk-proj-", fake::body(74), fake::body(74)),
            Some("OpenAI"),
            K::ApiKey,
        ),
        (
            format!("{}{}T3BlbkFJ{}", "sk-", fake::body(20), fake::body(20)),
            Some("OpenAI"),
            K::ApiKey,
        ),
        (format!("{}{}AA", "sk-ant-api03-", fake::body(93)), Some("Anthropic"), K::ApiKey),
        (format!("{}{}", "AIza", fake::body(35)), Some("Google"), K::ApiKey),
        (format!("{}{}", "ya29.", fake::body(120)), Some("Google"), K::Token),
        (format!("{}{}", "GOCSPX-", fake::body(28)), Some("Google"), K::ClientSecret),
        (format!("{}{}", "AKIA", fake::upper(16)), Some("AWS"), K::AccessKey),
        (format!("abc8{}{}", "Q~", fake::body(34)), Some("Azure"), K::ClientSecret),
        (format!("{}{}{}==", fake::body(76), "+ASt", fake::body(6)), Some("Azure"), K::SharedKey),
        (format!("{}{}BD{}", fake::body(52), "JQQJ99", fake::body(24)), Some("Azure"), K::ApiKey),
        (format!("{}{}", "pypi-AgEIcHlwaS5vcmc", fake::body(150)), Some("PyPI"), K::Token),
        (format!("{}{}", "dckr_pat_", fake::body(27)), Some("Docker Hub"), K::Token),
        (format!("{}{}2", "dapi", fake::hex(31)), Some("Databricks"), K::Token),
        (format!("{}{}", "dop_v1_", fake::hex(64)), Some("DigitalOcean"), K::Token),
        (fake::cloudflare("cfut_"), Some("Cloudflare"), K::Token),
        (fake::atlassian(), Some("Atlassian"), K::Token),
        (fake::bitbucket(), Some("Bitbucket"), K::Password),
        (fake::grafana(), Some("Grafana"), K::Token),
        (format!("{}{}", "hvs.", fake::body(95)), Some("HashiCorp Vault"), K::Token),
        (
            format!("{}{}{}", fake::body(14), ".atlasv1.", fake::body(67)),
            Some("Terraform Cloud"),
            K::Token,
        ),
        (format!("{}{}", "HRKU-AA", fake::body(58)), Some("Heroku"), K::ApiKey),
        (format!("{}{}", "lin_api_", fake::body(40)), Some("Linear"), K::ApiKey),
        (format!("{}12345678901{}", "ntn_", fake::body(35)), Some("Notion"), K::Token),
        (format!("{}{}.{}", "SG.", fake::body(22), fake::body(43)), Some("SendGrid"), K::ApiKey),
        (format!("{}{}", "key-", fake::hex(32)), Some("Mailgun"), K::ApiKey),
        (format!("1234567890{}{}", ":AA", fake::body(33)), Some("Telegram"), K::Token),
        (format!("{}{}", "shpat_", fake::hex(32)), Some("Shopify"), K::Token),
        (format!("{}{}", "sq0atp-", fake::body(22)), Some("Square"), K::Token),
        (
            format!("{}{}_{}", "sb_secret_", fake::body(22), fake::body(8)),
            Some("Supabase"),
            K::ApiKey,
        ),
        (format!("{}{}-{}", "PMAK-", fake::hex(24), fake::hex(34)), Some("Postman"), K::ApiKey),
        (format!("{}{}", "NRAK-", fake::upper(27)), Some("New Relic"), K::ApiKey),
        (format!("{}{}", "AGE-SECRET-KEY-1", fake::upper(58)), Some("age"), K::PrivateKey),
        (
            format!(
                "hooks.slack.com/services/T{}/B{}/{}",
                fake::upper(9),
                fake::upper(10),
                fake::body(24)
            ),
            Some("Slack"),
            K::WebhookUrl,
        ),
        (
            format!("discord.com/api/webhooks/123456789012345678/{}", fake::body(68)),
            Some("Discord"),
            K::WebhookUrl,
        ),
        (fake::jwt(r#"{"sub":"ci","exp":2100000000}"#), None, K::Token),
        (fake::pem("RSA PRIVATE KEY").trim_end().to_owned(), None, K::PrivateKey),
        (fake::pem("OPENSSH PRIVATE KEY").trim_end().to_owned(), None, K::SshKey),
    ];
    for prefix in ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"] {
        all.push((fake::crc_base62(prefix), Some("GitHub"), K::Token));
    }
    let hugging: String =
        fake::body(80).chars().filter(char::is_ascii_alphabetic).take(34).collect();
    all.push((format!("{}{hugging}", "hf_"), Some("Hugging Face"), K::Token));
    all
}

#[test]
fn finds_each_format_at_its_exact_bytes() {
    for (token, provider, kind) in tokens() {
        for (before, after) in [("", ""), ("key: \"", "\"\n"), ("x=", ";"), ("é𝒳 ", " 𝒳")] {
            let text = format!("{before}{token}{after}");
            let found = found(&text);
            let shown = &token[..token.len().min(16)];
            assert_eq!(found.len(), 1, "{shown} in {before:?}");
            assert_eq!(&text[found[0].range.clone()], token, "{shown}");
            assert_eq!(found[0].provider.as_deref(), provider, "{shown}");
            assert_eq!(found[0].kind, kind, "{shown}");
            assert!(found[0].secret.occurs_in(&token));
        }
    }
}

#[test]
fn the_same_token_is_found_in_every_place() {
    for (token, ..) in tokens() {
        for expectation in [Expectation::Credential, Expectation::ByName, Expectation::Text] {
            let verdict = judge(&token, &Question { key: "SOME_TOKEN", expectation });
            assert!(matches!(verdict, Verdict::Credentials(_)), "{expectation:?} {verdict:?}");
        }
    }
}

#[test]
fn a_longer_run_is_another_thing() {
    for (token, provider, kind) in tokens() {
        if matches!(kind, K::PrivateKey | K::SshKey) || provider.is_none() {
            continue;
        }
        let shown = &token[..token.len().min(16)];
        let longer = format!("{token}{}", fake::lower(5));
        let inside = format!("{}{token}", fake::lower(5));
        let exact = |text: &str| found(text).iter().any(|it| text[it.range.clone()] == *token);
        assert!(!exact(&longer), "{shown}");
        assert!(!exact(&inside) || token.contains('/'), "{shown}");
    }
}

#[test]
fn a_wrong_checksum_is_no_token() {
    for token in [
        fake::crc_base62("ghp_"),
        fake::crc_base62("npm_"),
        fake::cloudflare("cfut_"),
        fake::atlassian(),
        fake::bitbucket(),
        fake::grafana(),
        fake::gitlab_routable(),
    ] {
        assert_eq!(found(&token)[0].certainty, Certainty::Verified);
        let at = token.len() / 2;
        let other = if token.as_bytes()[at] == b'7' { "8" } else { "7" };
        let broken = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        assert!(found(&broken).is_empty(), "{}", &broken[..8]);
    }
}

#[test]
fn every_format_of_an_account_says_so() {
    let it = &found(&format!("{}{}", "AKIA", fake::upper(16)))[0];
    assert_eq!((it.class, it.expiry.lifetime), (LiteralClass::Identifier, Lifetime::Never));
    let it = &found(&format!("{}{}", "pk_live_51", fake::body(97)))[0];
    assert_eq!(it.class, LiteralClass::Public);
}

#[test]
fn reads_the_end_of_a_token_from_the_token() {
    let date = |year, month, day| Lifetime::Until(model::Date::new(year, month, day).unwrap());
    let jwt = &found(&fake::jwt(r#"{"sub":"ci","exp":2100000000}"#))[0];
    assert_eq!(jwt.expiry.lifetime, date(2036, 7, 18));
    assert_eq!(jwt.expiry.source, ExpirySource::Credential);
    let legacy =
        fake::jwt(r#"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:a:b"}"#);
    let legacy = &found(&legacy)[0];
    assert_eq!(legacy.kind, K::ServiceAccountToken);
    assert_eq!(legacy.expiry.lifetime, Lifetime::Never);
    let sas = format!(
        "https://a.blob.core.windows.net/c?sv=2024-01-01&sp=r&se=2031-05-06T00%3A00%3A00Z&sig={}%3D",
        fake::body(43)
    );
    let sas = &found(&sas)[0];
    assert_eq!((sas.kind, sas.expiry.lifetime), (K::SharedAccessSignature, date(2031, 5, 6)));
    let signed = format!(
        "https://b.s3.amazonaws.com/k?X-Amz-Date=20260102T030405Z&X-Amz-Expires=604800&X-Amz-Signature={}",
        fake::hex(64)
    );
    assert_eq!(found(&signed)[0].expiry.lifetime, date(2026, 1, 9));
}

#[test]
fn knows_the_usual_lifetime_of_a_format() {
    let lifetime = |token: &str| found(token)[0].expiry.lifetime;
    assert_eq!(lifetime(&fake::crc_base62("ghs_")), Lifetime::Seconds(3600));
    assert_eq!(lifetime(&fake::crc_base62("ghp_")), Lifetime::Unknown);
    assert_eq!(lifetime(&fake::gitlab_routable()), Lifetime::Seconds(365 * 86400));
    assert!(found(&fake::crc_base62("ghp_"))[0].replacement.is_some());
}

#[test]
fn the_anonymous_key_of_a_database_is_public() {
    let token = fake::jwt(r#"{"iss":"supabase","role":"anon","exp":2100000000}"#);
    assert_eq!(found(&token)[0].class, LiteralClass::Public);
    let token = fake::jwt(r#"{"iss":"supabase","role":"service_role","exp":2100000000}"#);
    assert_eq!(found(&token)[0].class, LiteralClass::Secret);
}

#[test]
fn an_encrypted_key_alone_opens_nothing() {
    assert_eq!(found(&fake::pem("ENCRYPTED PRIVATE KEY"))[0].class, LiteralClass::Identifier);
    for label in ["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY", "PGP MESSAGE"] {
        assert!(found(&fake::pem(label)).is_empty(), "{label}");
    }
}

#[test]
fn a_key_file_in_a_string_is_the_providers() {
    let json = fake::service_account_json();
    let it = &found(&json)[0];
    assert_eq!((it.kind, it.provider.as_deref()), (K::ServiceAccountKey, Some("Google")));
    assert!(json[it.range.clone()].starts_with("-----BEGIN"));
    let encoded = fake::base64(&json);
    let Verdict::Credentials(found) =
        judge(&encoded, &Question { key: "credentials", expectation: Expectation::ByName })
    else {
        panic!("not found behind base64");
    };
    assert_eq!(found[0].range, 0..encoded.len());
    assert_eq!(found[0].decoded, ["base64"]);
}

#[test]
fn finds_what_stands_in_urls_headers_and_connection_strings() {
    let secret = fake::body(18);
    let azure = fake::base64(&fake::body(64));
    for (text, secret) in [
        (format!("postgres://app:{secret}@db.prod:5432/x"), &secret),
        (format!("see https://ci:{secret}@git.corp/a.git."), &secret),
        (format!("redis://:{secret}@cache:6379"), &secret),
        (format!("https://mcp.corp/sse?api_key={secret}&x=1"), &secret),
        (format!("https://mcp.corp/sse?x=1&exaApiKey={secret}"), &secret),
        (format!("curl -H 'Authorization: Bearer {secret}' https://a"), &secret),
        (format!("Server=db;Database=x;User Id=app;Password={secret};"), &secret),
        (format!("AccountName=a;AccountKey={azure};EndpointSuffix=x"), &azure),
    ] {
        let found = found(&text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(&text[found[0].range.clone()], secret, "{text}");
    }
    let pair = fake::base64(&format!("ci:{secret}"));
    assert_eq!(found(&format!("Authorization: Basic {pair}"))[0].decoded, ["base64"]);
}

#[test]
fn no_value_is_ever_printed() {
    for (token, ..) in tokens() {
        let shown = format!("{:?}", judge(&token, &TEXT));
        for window in token.as_bytes().windows(12) {
            let window = std::str::from_utf8(window).unwrap();
            // The words of a private key's header are no secret.
            assert!(!shown.contains(window) || window.contains("PRIVATE"), "{shown}");
        }
    }
}
