//! Files of settings: names with values, lists and texts, at any depth.

use model::SlotKind;
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::format::Format;
use crate::sheet::{At, Sheet};

/// Names under which a format keeps a credential and nothing else.
fn credentials(format: Format) -> &'static [&'static str] {
    match format {
        Format::Npmrc => &["_authToken", "_auth", "_password"],
        Format::Yarnrc => &["npmAuthToken", "npmAuthIdent"],
        Format::CargoCredentials => &["token"],
        Format::LoginIni => &["password", "aws_secret_access_key", "aws_session_token"],
        Format::Kubeconfig => &["token", "password", "id-token", "refresh-token", "client-secret"],
        Format::LoginJson => &["private_key", "client_secret", "refresh_token"],
        _ => &[],
    }
}

pub(crate) fn document(sheet: &mut Sheet<'_>, root: Node<'_>) {
    match sheet.format {
        Format::LoginLines | Format::KeyFile | Format::TokenFile => whole(sheet, root),
        _ => walk(sheet, root, "", ""),
    }
}

/// A file that is one text.
fn whole(sheet: &mut Sheet<'_>, node: Node<'_>) {
    let expects = match sheet.format {
        Format::TokenFile => Expectation::Credential,
        _ => Expectation::Text,
    };
    let name = sheet.file_name();
    sheet.value(node, At { kind: SlotKind::File, path: "", key: name, taker: "", expects });
}

// The parser bounds how deep a tree is, and so this recursion.
fn walk(sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, key: &str) {
    match node.kind() {
        Kind::Map => {
            for entry in node.children() {
                let Some(own) = entry.key() else { continue };
                let below = if path.is_empty() { own.to_owned() } else { format!("{path}.{own}") };
                // `Jwt: {Key: …}`: what surrounds a bare `key` says whose it is.
                let joined = own.eq_ignore_ascii_case("key").then(|| format!("{key}_{own}"));
                walk(sheet, entry, &below, joined.as_deref().unwrap_or(own));
            }
        }
        Kind::Seq => {
            // `env: [{name: TOKEN, value: …}]` of a kubeconfig's plugin.
            for (index, item) in node.children().enumerate() {
                let named = item.get("name").or_else(|| item.get("key")).and_then(Node::as_str);
                let value = item.children().find(|it| it.key() == Some("value"));
                let below = format!("{path}[{index}]");
                match (named, value) {
                    (Some(name), Some(value)) => scalar(sheet, value, &below, name),
                    _ => walk(sheet, item, &below, key),
                }
            }
        }
        _ => scalar(sheet, node, path, key),
    }
}

fn scalar(sheet: &mut Sheet<'_>, node: Node<'_>, path: &str, key: &str) {
    // npm puts the registry in front: `//registry.example.org/:_authToken`.
    let own =
        if sheet.format == Format::Npmrc { key.rsplit(':').next().unwrap_or(key) } else { key };
    let only = credentials(sheet.format).contains(&own);
    let expects = if only { Expectation::Credential } else { Expectation::ByName };
    let (kind, taker) = match sheet.format {
        Format::Dotenv { .. } => (SlotKind::Environment, sheet.file_name()),
        _ => (SlotKind::File, sheet.file_name()),
    };
    let taker = format!("`{taker}`");
    sheet.value(node, At { kind, path, key: own, taker: &taker, expects });
}
