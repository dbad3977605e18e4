//! What the name of a key says about its value.
//!
//! The last word decides, then the word before it: `password_policy` is a policy and
//! `db_password` a password.

use std::borrow::Cow;

use model::CredentialKind;

use crate::words::{self, Words};

/// What the value under a key is, going by the key alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Head {
    /// A credential.
    Credential(CredentialKind),
    /// The path of a file that holds one.
    FileOf,
    /// The name of an environment variable that holds one.
    VariableOf,
    /// A command that prints one.
    CommandOf,
    /// Made to be public: a publishable or site key.
    Public,
    /// Nothing that concerns credentials.
    Other,
}

/// The kind of credential that a key, argument, header or variable of this name holds; `None`
/// when its name says nothing of the sort, or that it only names or points at a credential.
pub fn key_names_credential(key: &str) -> Option<CredentialKind> {
    match head(key) {
        Head::Credential(kind) => Some(kind),
        _ => None,
    }
}

/// True for a key that says anything about a credential.
pub(crate) fn names_or_points(key: &str) -> bool {
    matches!(head(key), Head::Credential(_) | Head::VariableOf)
}

/// Reads a key. Only the last path segment counts; trailing numbers do not.
pub(crate) fn head(key: &str) -> Head {
    let segment = match key.bytes().any(|it| matches!(it, b'/' | b'[')) {
        true => key.rsplit(['/', '[']).find(|it| it.chars().any(char::is_alphabetic)),
        false => None,
    };
    let segment = segment.unwrap_or(key);
    // Nearly all keys tell by their last word that they say nothing.
    let last = words::last(segment);
    if last.is_some_and(|it| !may_be_last(it)) {
        return Head::Other;
    }
    // `checksum/secret` is what a chart restarts its pods by.
    let digests = |it: &str| matches!(it, "checksum" | "hash" | "sha256" | "digest" | "md5");
    if key.contains('/') && key.split('/').any(digests) {
        return Head::Other;
    }
    // Most of the others are one word.
    if last == Some(segment) && segment.bytes().all(|it| it.is_ascii_lowercase()) {
        return head_of(&[segment]);
    }
    let words = Words::of(segment);
    let mut words: Vec<&str> = words.iter().collect();
    // `db_password_prod_2` is a password: which one says nothing about what it is.
    while words.len() > 1 && words.last().is_some_and(|it| is_number(it) || is_which(it))
        || words.last().is_some_and(|it| is_number(it))
    {
        words.pop();
    }
    head_of(&words)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|it| it.is_ascii_digit())
}

/// True for a word at the end of names that may say something.
fn may_be_last(word: &str) -> bool {
    let lower = match word.bytes().any(|it| it.is_ascii_uppercase()) {
        true => Cow::Owned(word.to_ascii_lowercase()),
        false => Cow::Borrowed(word),
    };
    let word = &*lower;
    pointer(word).is_some()
        || sure_kind(word).is_some()
        || asks_for_others(word)
        || glued(word).is_some()
        || is_number(word)
        || is_which(word)
}

/// True for a key that leaves it to the value whether that is a credential.
pub(crate) fn says_nothing(key: &str) -> bool {
    !is_headers(key) && !ends_in_key(key) && head(key) == Head::Other
}

/// True for a key whose last word is `headers`: `OTEL_EXPORTER_OTLP_HEADERS`.
pub(crate) fn is_headers(key: &str) -> bool {
    ends_in(key, "headers")
}

/// True for a key whose last word is `key`.
pub(crate) fn ends_in_key(key: &str) -> bool {
    ends_in(key, "key")
}

/// Asked of every key that says nothing, so that only bytes are compared.
fn ends_in(key: &str, word: &str) -> bool {
    let start = key.len().checked_sub(word.len());
    start.and_then(|it| key.get(it..)).is_some_and(|it| it.eq_ignore_ascii_case(word))
}

/// Words behind the head that tell several credentials of one kind apart, or how one is written.
fn is_which(word: &str) -> bool {
    matches!(
        word,
        "prod"
            | "production"
            | "dev"
            | "development"
            | "staging"
            | "stage"
            | "stg"
            | "test"
            | "qa"
            | "uat"
            | "live"
            | "sandbox"
            | "primary"
            | "secondary"
            | "main"
            | "backup"
            | "old"
            | "new"
            | "current"
            | "previous"
            | "v"
            | "value"
            | "plain"
            | "plaintext"
            | "unencrypted"
            | "raw"
            | "b64"
            | "base64"
            | "encoded"
            | "local"
    )
}

fn head_of(words: &[&str]) -> Head {
    let Some((last, before)) = words.split_last() else { return Head::Other };
    if let Some(pointer) = pointer(last) {
        let names_one = matches!(head_of(before), Head::Credential(_) | Head::VariableOf);
        return if names_one { pointer } else { Head::Other };
    }
    let Some(kind) = kind(last, before) else { return Head::Other };
    if words.iter().any(|it| PUBLIC.contains(it)) || is_of_browsers(words) {
        return Head::Public;
    }
    if before.iter().any(|it| NEGATING.contains(it)) {
        return Head::Other;
    }
    Head::Credential(kind)
}

/// What a last word makes of the name of a credential before it.
fn pointer(last: &str) -> Option<Head> {
    match last {
        "file" | "path" | "filename" | "filepath" => Some(Head::FileOf),
        "cmd" | "command" | "helper" => Some(Head::CommandOf),
        "env" | "var" | "variable" => Some(Head::VariableOf),
        _ => None,
    }
}

/// Words that make a credential's name a public one.
const PUBLIC: &[&str] = &["public", "publishable", "pub", "anon", "site", "measurement"];

/// Variables that a bundler writes into pages, and keys that their issuer means to stand there.
fn is_of_browsers(words: &[&str]) -> bool {
    matches!(words, ["vite", ..] | ["react", "app", ..])
        || matches!(words, [.., "pusher", "key"] | [.., "pusher", "app", "key"])
        || matches!(words, [.., "algolia", "search", "key"])
        || matches!(words, [.., "algolia", "search", "api", "key"])
}

/// Words before the head that make it a count, a switch or a part of a language.
const NEGATING: &[&str] = &[
    "max",
    "min",
    "num",
    "count",
    "completion",
    "prompt",
    "stop",
    "bos",
    "eos",
    "pad",
    "unk",
    "csrf",
    "xsrf",
    "has",
    "is",
    "use",
    "uses",
    "with",
    "without",
    "enable",
    "enabled",
    "disable",
    "disabled",
    "require",
    "requires",
    "required",
    "allow",
    "automount",
    "mount",
    "existing",
    "image",
    "pull",
    "skip",
    "no",
    "generate",
    "random",
    "rotate",
    "reset",
    "forgot",
    "next",
    "page",
    "continuation",
    "cancellation",
    "idempotency",
    "show",
    "hide",
    "delete",
    "create",
];

/// The kind that a last word tells whatever stands before it.
fn sure_kind(last: &str) -> Option<CredentialKind> {
    use CredentialKind as K;
    Some(match last {
        "password" | "passwords" | "passwd" | "passphrase" | "pwd" | "passwort" | "passcode"
        | "pw" => K::Password,
        "psk" | "hmac" | "mnemonic" => K::SharedKey,
        "bearer" | "jwt" | "authtoken" | "accesstoken" | "apitoken" | "bottoken" => K::Token,
        "apikey" | "appkey" | "authkey" | "licensekey" => K::ApiKey,
        "accesskey" | "secretkey" | "secretaccesskey" => K::AccessKey,
        "privatekey" => K::PrivateKey,
        "clientsecret" | "appsecret" | "apisecret" | "consumersecret" => K::ClientSecret,
        "credential" | "credentials" | "cred" | "creds" => K::Other,
        "authorization" => K::Token,
        "dsn" | "connstr" | "conninfo" => K::ConnectionString,
        "sas" => K::SharedAccessSignature,
        "dockerconfigjson" | "dockercfg" => K::RegistryCredential,
        _ => return None,
    })
}

/// True for a last word that tells a kind only with the words before it.
fn asks_for_others(last: &str) -> bool {
    matches!(
        last,
        "pass"
            | "pin"
            | "phrase"
            | "seed"
            | "base"
            | "id"
            | "login"
            | "secret"
            | "token"
            | "tokens"
            | "pat"
            | "cookie"
            | "string"
            | "str"
            | "url"
            | "uri"
            | "webhook"
            | "auth"
            | "json"
            | "key"
            | "keys"
            | "pem"
            | "data"
    )
}

fn kind(last: &str, before: &[&str]) -> Option<CredentialKind> {
    use CredentialKind as K;
    if let Some(kind) = sure_kind(last) {
        return Some(kind);
    }
    if !asks_for_others(last) {
        return glued(last);
    }
    let previous = before.last().copied().unwrap_or_default();
    let follows = |them: &[&str]| them.contains(&previous);
    Some(match last {
        "pass" if !follows(&["by", "one", "two", "first", "second", "multi"]) => K::Password,
        "pin" if !before.is_empty() => K::Password,
        "phrase" if follows(&["seed", "recovery", "secret", "wallet", "pass"]) => K::SharedKey,
        "seed" if follows(&["nkey", "wallet", "totp", "otp", "mnemonic"]) => K::SharedKey,
        // Rails' `secret_key_base`.
        "base" if follows(&["key"]) && before.contains(&"secret") => K::SharedKey,
        // An AppRole's second half; elsewhere `secret_id` only names a secret.
        "id" if follows(&["secret"])
            && before.iter().any(|it| matches!(*it, "vault" | "approle" | "role" | "bao")) =>
        {
            K::Token
        }
        // `VAULT_DEV_ROOT_TOKEN_ID` is the token itself.
        "id" if follows(&["token"]) && before.contains(&"root") => K::Token,
        "login" if follows(&["sonar"]) => K::Token,
        "secret" => match previous {
            "client" | "app" | "application" | "consumer" | "oauth" => K::ClientSecret,
            "webhook" | "signing" | "shared" | "jwt" | "cookie" | "session" | "hmac" => {
                K::SharedKey
            }
            "totp" | "otp" => K::SharedKey,
            "tls" => return None,
            _ => K::Other,
        },
        "token" if follows(&["type", "sas"]) => K::SharedAccessSignature,
        "token" => K::Token,
        // Settings of instances are written so, too.
        "tokens" if !follows(&["http", "special", "added", "new"]) => K::Token,
        "pat" if !before.is_empty() => K::Token,
        "cookie" if before.is_empty() || follows(&["session", "auth", "set", "erlang"]) => {
            K::Cookie
        }
        "string" | "str" if follows(&["connection", "conn", "connect"]) => K::ConnectionString,
        "url" | "uri"
            if follows(&[
                "database",
                "db",
                "redis",
                "mongodb",
                "mongo",
                "postgres",
                "postgresql",
                "mysql",
                "amqp",
                "rabbitmq",
                "broker",
                "jdbc",
                "datasource",
            ]) =>
        {
            K::ConnectionString
        }
        "url" | "uri" if follows(&["webhook", "hook"]) => K::WebhookUrl,
        "webhook" if follows(&["slack", "discord", "teams"]) => K::WebhookUrl,
        "auth" if follows(&["rediscli"]) => K::Password,
        "auth"
            if before.is_empty()
                || follows(&[
                    "basic", "registry", "docker", "proxy", "redis", "http", "smtp", "grafana",
                ]) =>
        {
            K::RegistryCredential
        }
        "json" if follows(&["credentials", "key"]) => K::ServiceAccountKey,
        "key" | "keys" | "pem" | "data" => return key_kind(last, before, previous),
        _ => return glued(last),
    })
}

/// A `key` is a credential only with a word that says so.
fn key_kind(last: &str, before: &[&str], previous: &str) -> Option<CredentialKind> {
    use CredentialKind as K;
    if matches!(last, "pem" | "data") {
        return match (previous, before) {
            ("key", [.., "private" | "client", _]) => Some(K::PrivateKey),
            _ => None,
        };
    }
    Some(match previous {
        "api" | "license" | "function" | "functions" | "host" | "admin" | "integration"
        | "routing" | "ingest" | "ingestion" | "deploy" | "app" | "application" => K::ApiKey,
        "access" if before.contains(&"secret") || before.len() == 1 => K::AccessKey,
        "access" | "secret" => K::AccessKey,
        "private" | "tls" | "client" | "server" | "ca" => K::PrivateKey,
        "signing" | "encryption" | "master" | "shared" | "preshared" | "account" | "storage"
        | "session" | "hmac" | "subscription" | "sas" | "webhook" | "jwt" | "cookie" | "fernet"
        | "aes" | "cipher" | "unseal" | "gossip" | "crypto" => K::SharedKey,
        "consumer" if before.contains(&"ovh") => K::Token,
        // `FAL_KEY`, `COSMOS_KEY`: a service's name and nothing else.
        "openai" | "anthropic" | "fal" | "cosmos" | "cosmosdb" | "datadog" | "sendgrid"
        | "mailgun" | "stripe" | "algolia" | "twilio" | "gemini" | "mistral" | "groq"
        | "eventhub" | "servicebus" | "iothub" | "batch" | "search" | "openweather" => K::ApiKey,
        "ssh" => K::SshKey,
        "service" => K::ServiceAccountKey,
        _ => return None,
    })
}

/// Words written together: `dbpassword`, `authtoken`, `githubtoken`.
fn glued(word: &str) -> Option<CredentialKind> {
    const ENDS: &[(&str, CredentialKind)] = &[
        ("password", CredentialKind::Password),
        ("passwd", CredentialKind::Password),
        ("passphrase", CredentialKind::Password),
        ("apikey", CredentialKind::ApiKey),
        ("accesskey", CredentialKind::AccessKey),
        ("secretkey", CredentialKind::AccessKey),
        ("privatekey", CredentialKind::PrivateKey),
        ("clientsecret", CredentialKind::ClientSecret),
        ("encryptionkey", CredentialKind::SharedKey),
        ("signingkey", CredentialKind::SharedKey),
        ("token", CredentialKind::Token),
        ("secret", CredentialKind::Other),
        ("pass", CredentialKind::Password),
        ("pwd", CredentialKind::Password),
        ("psk", CredentialKind::SharedKey),
    ];
    // No other two letters end one of them.
    let tail = word.as_bytes().last_chunk();
    if !matches!(tail, Some(b"rd" | b"wd" | b"se" | b"ey" | b"et" | b"en" | b"ss" | b"sk")) {
        return None;
    }
    let (start, kind) =
        ENDS.iter().find_map(|(end, kind)| Some((word.strip_suffix(end)?, *kind)))?;
    let is_trap = matches!(
        start,
        "no" | "csrf"
            | "xsrf"
            | "un"
            | "id"
            | "max"
            | "by"
            | "com"
            | "encom"
            | "sur"
            | "tres"
            | "over"
            | "under"
    );
    (!is_trap).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CredentialKind as K;

    #[test]
    fn the_last_word_decides() {
        for (key, kind) in [
            ("password", K::Password),
            ("DB_PASSWORD", K::Password),
            ("rootPassword", K::Password),
            ("dbpassword", K::Password),
            ("password2", K::Password),
            ("GITHUB_TOKEN", K::Token),
            ("githubToken", K::Token),
            ("AWS_SECRET_ACCESS_KEY", K::AccessKey),
            ("secret_key", K::AccessKey),
            ("APIKey", K::ApiKey),
            ("x-api-key", K::ApiKey),
            ("apikey", K::ApiKey),
            ("client_secret", K::ClientSecret),
            ("webhook.secret", K::SharedKey),
            ("private_key_pem", K::PrivateKey),
            ("client-key-data", K::PrivateKey),
            ("tls.key", K::PrivateKey),
            ("DATABASE_URL", K::ConnectionString),
            ("connectionString", K::ConnectionString),
            ("SLACK_WEBHOOK_URL", K::WebhookUrl),
            ("sas_token", K::SharedAccessSignature),
            ("GITHUB_PAT", K::Token),
            ("spec.env/API_TOKEN", K::Token),
            ("VAULT_DEV_ROOT_TOKEN_ID", K::Token),
            ("sonar.login", K::Token),
            ("encryptionkey", K::SharedKey),
            ("REDISCLI_AUTH", K::Password),
            ("SEED_PHRASE", K::SharedKey),
            ("tokens", K::Token),
            ("passwords", K::Password),
        ] {
            assert_eq!(key_names_credential(key), Some(kind), "{key}");
        }
    }

    #[test]
    fn names_dates_and_pointers_are_no_credentials() {
        for key in [
            "secret_name",
            "secret_arn",
            "passwordSecretRef",
            "secretKeyRef",
            "existingSecret",
            "password_policy",
            "password_rotated_date",
            "token_url",
            "token_type",
            "max_tokens",
            "maxToken",
            "http_tokens",
            "key_name",
            "kms_key_id",
            "public_key",
            "hash_key",
            "partition_key",
            "api_version",
            "auth_type",
            "author",
            "client_id",
            "compass",
            "tokenizer",
            "keystore",
            "secrets",
            "imagePullSecrets",
            "csrf_token",
            "bos_token",
            "automountServiceAccountToken",
            "accessKeyId",
            "credentialsId",
            "NEXT_PUBLIC_API_KEY",
            "STRIPE_PUBLISHABLE_KEY",
            "nextToken",
            "primary_key",
            "password_hash",
            "passive",
            "bypass",
            "tlsSecret",
            "secret_store",
            "url",
            "key",
            "sort_key",
            "",
            "123",
            "encryption_key_arn",
            "api_key_required",
            "password_length",
            "checksum/secret",
        ] {
            assert_eq!(key_names_credential(key), None, "{key}");
        }
    }

    #[test]
    fn qualifiers_point_elsewhere() {
        assert_eq!(head("POSTGRES_PASSWORD_FILE"), Head::FileOf);
        assert_eq!(head("bearer_token_env_var"), Head::VariableOf);
        assert_eq!(head("apiKeyHelper"), Head::CommandOf);
        assert_eq!(head("config_file"), Head::Other);
        assert_eq!(head("VITE_PUBLIC_TOKEN"), Head::Public);
        for key in [
            "NEXT_PUBLIC_FIREBASE_API_KEY",
            "VITE_MAPS_API_KEY",
            "REACT_APP_API_KEY",
            "PUSHER_APP_KEY",
            "ALGOLIA_SEARCH_KEY",
        ] {
            assert_eq!(head(key), Head::Public, "{key}");
        }
        assert_ne!(head("PUSHER_APP_SECRET"), Head::Public);
        assert_ne!(head("ALGOLIA_ADMIN_KEY"), Head::Public);
    }
}
