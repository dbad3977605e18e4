//! What the place adds: typed places, key names, headers, command lines, nested formats.

#![expect(
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod fake;

use model::{Certainty, CredentialKind as K, FileId, Lifetime, Origin, Piece, Place, Span, Text};
use nhilint_secrets::{
    Argument, Expectation, Found, Question, Verdict, arguments, header, judge, judge_text,
};
use proptest::prelude::*;

fn only(verdict: Verdict) -> Found {
    match verdict {
        Verdict::Credentials(mut found) if found.len() == 1 => found.remove(0),
        other => panic!("expected one credential, got {other:?}"),
    }
}

fn by_name(key: &str, value: &str) -> Verdict {
    judge(value, &Question { key, expectation: Expectation::ByName })
}

fn in_place(key: &str, value: &str) -> Verdict {
    judge(value, &Question { key, expectation: Expectation::Credential })
}

#[test]
fn a_typed_place_takes_any_real_value() {
    for (key, value, kind) in [
        ("password", "kestrel", K::Password),
        ("password", "Kestrel@2023", K::Password),
        ("password", "correct horse battery staple", K::Password),
        ("shared_secret", "global-wins", K::SharedKey),
        ("secret_key", &fake::uuid(), K::AccessKey),
        ("token", &fake::hex(20), K::Token),
        ("value", &fake::body(12), K::Other),
    ] {
        let found = only(in_place(key, value));
        assert_eq!((found.kind, found.certainty), (kind, Certainty::Place), "{key}");
        assert_eq!(found.range, 0..value.len());
        assert!(!found.well_known);
    }
}

#[test]
fn a_default_password_works_where_it_is_deployed() {
    for value in ["admin", "changeme", "postgres", "P@ssw0rd1234!"] {
        assert!(only(in_place("password", value)).well_known, "{value}");
        assert!(only(by_name("POSTGRES_PASSWORD", value)).well_known, "{value}");
        assert!(only(in_place("shared_secret", value)).well_known, "{value}");
        assert!(only(by_name("JWT_SECRET", value)).well_known, "{value}");
        assert!(matches!(by_name("clientSecret", value), Verdict::Placeholder), "{value}");
        assert!(matches!(in_place("api_key", value), Verdict::Placeholder), "{value}");
    }
}

#[test]
fn the_name_decides_together_with_the_value() {
    for (key, value, kind) in [
        ("DB_PASSWORD", "Kestrel@2023".to_owned(), K::Password),
        ("rootPassword", "kestrel".to_owned(), K::Password),
        ("MYSQL_PWD", "winter2024".to_owned(), K::Password),
        ("API_TOKEN", fake::body(24), K::Token),
        ("apiKey", fake::hex(32), K::ApiKey),
        ("client_secret", fake::body(20), K::ClientSecret),
        ("session_secret", fake::hex(64), K::SharedKey),
        ("SERVICE_TOKEN", fake::uuid(), K::Token),
        ("token", fake::uuid(), K::Token),
        ("CONTEXT7_KEY_TOKEN", format!("ctx7sk-{}", fake::uuid()), K::Token),
        ("PUSHER_APP_SECRET", fake::hex(20), K::ClientSecret),
        ("ELASTIC_PASSWORD", "lantern91102x".to_owned(), K::Password),
        ("JWT_SECRET", "kestrel-walnut-meadow-velvet".to_owned(), K::SharedKey),
        ("SPRING_PASSWORD", "${MAIL_PASSWORD:Kestrel@2023}".to_owned(), K::Password),
        ("BASIC_AUTH", "admin:Kestrel@2023".to_owned(), K::Password),
        ("token", format!("Bearer {}", fake::body(24)), K::Token),
    ] {
        let verdict = by_name(key, &value);
        assert!(matches!(verdict, Verdict::Credentials(_)), "{key}: {verdict:?}");
        let found = only(verdict);
        assert_eq!((found.kind, found.certainty), (kind, Certainty::Name), "{key}");
    }
    for (key, value) in [
        ("JWT_SECRET", "my-app-jwt-secret"),
        ("checksum/secret", "8ba78d9a0f94860f9f03b77c6c3583954edcd722da9fddbcfc7139a1a9af2413"),
        ("secret", "6b29fc40-ca47-1067-b31d-00dd010662da"),
        ("DB_PASSWORD", "${DB_PASSWORD:}"),
        ("TOKEN", "${GITHUB_SHA:0:8}"),
        ("API_TOKEN", "sk-zyxwvutsrqponmlkjihgfedcba"),
    ] {
        assert!(!matches!(by_name(key, value), Verdict::Credentials(_)), "{key}: {value}");
    }
    for key in ["password_hint", "name", "image", "release", ""] {
        assert!(matches!(by_name(key, &fake::body(24)), Verdict::Nothing), "{key}");
    }
}

#[test]
fn a_provider_in_the_key_tells_the_format() {
    for (key, value, provider) in [
        ("DD_API_KEY", fake::hex(32), "Datadog"),
        ("AWS_SECRET_ACCESS_KEY", fake::body(40), "AWS"),
        ("HEROKU_API_KEY", fake::uuid(), "Heroku"),
        ("TWILIO_AUTH_TOKEN", fake::hex(32), "Twilio"),
        ("CONSUL_HTTP_TOKEN", fake::uuid(), "Consul"),
    ] {
        assert_eq!(only(by_name(key, &value)).provider.as_deref(), Some(provider), "{key}");
    }
}

#[test]
fn passwords_never_end() {
    assert_eq!(only(in_place("password", "kestrel")).expiry.lifetime, Lifetime::Never);
    assert_eq!(only(in_place("token", &fake::body(24))).expiry.lifetime, Lifetime::Unknown);
}

#[test]
fn looks_into_json_and_base64() {
    let secret = fake::body(20);
    let json = format!(r#"{{"host": "db", "password": "{secret}"}}"#);
    let found = only(by_name("connection", &json));
    assert_eq!(&json[found.range.clone()], secret);
    assert_eq!(found.decoded, ["JSON .password"]);
    let encoded = fake::base64(&json);
    let found = only(by_name("config", &encoded));
    assert_eq!((found.range, found.decoded.len()), (0..encoded.len(), 2));
    let login = fake::base64(&format!("ci:{secret}"));
    let docker = format!(r#"{{"auths": {{"ghcr.io": {{"auth": "{login}"}}}}}}"#);
    let found = only(by_name(".dockerconfigjson", &fake::base64(&docker)));
    assert_eq!(found.kind, K::RegistryCredential);
}

#[test]
fn headers() {
    let token = fake::body(32);
    for (name, value) in [
        ("Authorization", format!("Bearer {token}")),
        ("authorization", token.clone()),
        ("X-API-Key", token.clone()),
        ("X-Auth-Token", token.clone()),
        ("PRIVATE-TOKEN", token.clone()),
        ("Cookie", format!("theme=dark; session={token}")),
    ] {
        let found = only(header(name, &value));
        assert_eq!(&value[found.range.clone()], token, "{name}");
    }
    assert!(matches!(header("Accept", "application/json"), Verdict::Nothing));
    assert!(matches!(header("X-Request-Id", &fake::uuid()), Verdict::Nothing));
    assert!(matches!(header("Cookie", "theme=dark"), Verdict::Nothing));
    assert!(matches!(header("Authorization", "Bearer ${T}"), Verdict::Reference { .. }));
    let basic = format!("Basic {}", fake::base64(&format!("ci:{token}")));
    assert_eq!(only(header("Authorization", &basic)).decoded, ["base64"]);
}

fn credentials<'a>(args: &'a [&'a str]) -> Vec<(usize, String, &'a str)> {
    let args: Vec<Option<&str>> = args.iter().map(|it| Some(*it)).collect();
    let mut all = Vec::new();
    for Argument { index, name, verdict } in arguments(&args) {
        if let Verdict::Credentials(found) = verdict {
            let text = args[index].unwrap();
            all.extend(found.into_iter().map(|it| (index, name.clone(), &text[it.range])));
        }
    }
    all
}

#[test]
fn command_lines() {
    let t = fake::body(32);
    let url = format!("postgres://app:{t}@db.prod/x");
    for (args, index, name) in [
        (vec!["npx", "x", "--token", &t], 3, "--token"),
        (vec!["npx", &format!("--api-key={t}")], 1, "--api-key"),
        (vec!["docker", "run", "-e", &format!("API_KEY={t}"), "i"], 3, "environment"),
        (vec!["docker", &format!("--env=API_KEY={t}")], 1, "--env"),
        (vec!["env", &format!("API_KEY={t}"), "x"], 1, "API_KEY"),
        (vec!["npx", "mcp-remote", "--header", &format!("Authorization: Bearer {t}")], 3, "header"),
        (vec!["npx", "mcp-remote", "--header", &format!("Authorization:Bearer {t}")], 3, "header"),
        (vec!["npx", &format!("--header=X-API-Key: {t}")], 1, "--header"),
        (vec!["npx", "server-postgres", &url], 2, ""),
        (vec!["curl", "-u", &format!("ci:{t}"), "https://a"], 2, "user"),
        (vec!["mysql", &format!("-p{t}")], 1, "-p"),
    ] {
        let found = credentials(&args);
        assert_eq!(found, [(index, name.to_owned(), t.as_str())], "{args:?}");
    }
}

#[test]
fn command_lines_without_credentials() {
    for args in [
        vec!["npx", "--token", "${TOKEN}"],
        vec!["npx", "--token", "--verbose"],
        vec!["npx", "--token-file", "/run/secrets/token"],
        vec!["docker", "run", "-e", "API_KEY", "-p", "8080:80"],
        vec!["docker", "run", "-u", "1000:1000"],
        vec!["npx", "--max-tokens", "4096"],
        vec!["docker", "login", "--password-stdin"],
        vec!["npx", "-y", "@scope/server-token@1.2.3"],
    ] {
        assert_eq!(credentials(&args), [], "{args:?}");
    }
    assert!(arguments(&[Some("--token"), None, Some(&fake::body(32))]).is_empty());
}

fn origin(start: u32, end: u32) -> Origin {
    Origin::at(Place::new(FileId(0), Span { start, end }))
}

#[test]
fn a_known_text_in_pieces_is_judged_whole() {
    let token = fake::crc_base62("ghp_");
    let (a, b) = token.split_at(10);
    let piece = |text: &str, origin| Piece::Literal { text: text.into(), origin, map: None };
    let text = Text { pieces: vec![piece(a, origin(5, 15)), piece(b, origin(50, 80))] };
    let question = Question { key: "", expectation: Expectation::Text };
    let (verdict, origins) = judge_text(&text, &question);
    assert_eq!(only(verdict).provider.as_deref(), Some("GitHub"));
    assert_eq!(origins, [origin(5, 15)]);
}

#[test]
fn of_a_partly_unknown_text_only_formats_count() {
    let question = Question { key: "password", expectation: Expectation::Credential };
    let piece = |text: &str| Piece::Literal { text: text.into(), origin: origin(1, 9), map: None };
    let unknown = || Piece::Unknown { origin: origin(20, 30), remote: None };
    let half = Text { pieces: vec![piece(&fake::body(24)), unknown()] };
    assert!(matches!(judge_text(&half, &question), (Verdict::Nothing, _)));
    let url = format!("postgres://a:{}", fake::body(20));
    let cut = Text { pieces: vec![piece(&url), unknown()] };
    assert!(matches!(judge_text(&cut, &question), (Verdict::Nothing, _)));
    let token = Text { pieces: vec![piece(&fake::crc_base62("ghp_")), unknown()] };
    let (verdict, origins) = judge_text(&token, &question);
    assert_eq!((only(verdict).kind, origins.len()), (K::Token, 1));
}

#[test]
fn a_command_or_variable_slot_may_hold_the_token_itself() {
    let token = fake::crc_base62("ghp_");
    let command = format!("$(curl -H 'Authorization: token {token}' https://a)");
    assert_eq!(&command[only(in_place("token", &command)).range], token);
    let Verdict::Reference { target, .. } = in_place("api_key_helper", "print-it --for me") else {
        panic!("no reference");
    };
    assert_eq!(target, "print-it");
    assert_eq!(only(by_name("bearer_token_env_var", &fake::body(30))).kind, K::Token);
}

#[test]
fn hostile_texts_end_soon() {
    for text in [
        "-----BEGIN RSA PRIVATE KEY-----".repeat(500),
        "a://b:c@".repeat(1_500),
        "a://".repeat(3_000),
        "Password=".repeat(1_500),
        "?sig=&se=".repeat(1_500),
        "eyJ.".repeat(3_000),
        "ghp_".repeat(3_000),
        "[".repeat(6_000),
        "${".repeat(3_000),
        format!("{{\"{}\":[{}1]}}", "k".repeat(3_000), "1,".repeat(3_000)),
        fake::base64(&fake::base64(&fake::base64(&"x".repeat(2_000)))),
        format!("{} ", fake::crc_base62("ghp_")).repeat(200),
    ] {
        check_any(&text);
    }
}

fn questions() -> Vec<Question<'static>> {
    ["", "password", "GITHUB_TOKEN", "auth", "webhook_url", "token_file"]
        .iter()
        .flat_map(|key| {
            [Expectation::Credential, Expectation::ByName, Expectation::Text]
                .map(|expectation| Question { key, expectation })
        })
        .collect()
}

fn check_any(text: &str) {
    for question in questions() {
        if let Verdict::Credentials(found) = judge(text, &question) {
            assert!(!found.is_empty());
            for it in found {
                assert!(text.get(it.range.clone()).is_some_and(|it| !it.is_empty()));
            }
        }
    }
    let parts: Vec<Option<&str>> = text.split(' ').map(Some).collect();
    arguments(&parts);
    header(text, text);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,200}") {
        check_any(&text);
    }

    #[test]
    fn fragments_of_formats_are_survived(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "://", "@", ":", "Bearer ", "Basic ", "eyJ", ".eyJ", "-----BEGIN ", "PRIVATE KEY-----",
                "-----END ", "${", "}", ":-", "{{", "}}", "sig=", "se=2030", "&", "?", "Password=",
                "Server=x;", "AccountKey=", "ghp_", "AKIA", "{\"", "\":\"", "\"}", "\\n", "\\u12", "é",
                "𝒳", "=", "==", "JQQJ99", ".atlasv1.", "xoxb-", "1234567890", "%3D", " ", "\n", "-us",
                "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9", "X-Amz-Signature=", "X-Amz-Date=", "ENC[", "]", "$(",
            ]),
            0..40,
        )
    ) {
        check_any(&parts.concat());
    }
}
