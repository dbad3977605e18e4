//! How a credential is written down does not change whether it is found: names of resources,
//! the order of keys, indentation, quotes, and a detour through a local value are the writer's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;
mod written;

use std::collections::BTreeSet;

/// A generator of the xorshift kind.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % count as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

/// Settings as every language below has them: a few are credentials, most are none.
const SETTINGS: &[(&str, &str)] = &[
    ("DB_PASSWORD", "Kestrel@2023"),
    ("API_TOKEN", "q9X2vLr7TzK4mWn8YbC3dFg6HjP1"),
    ("SESSION_SECRET", "8f3e1c9a7b5d2f4e6a8c0b1d3f5e7a9c"),
    ("ADMIN_PASSWORD", "kT7-vnQ2.pLw9"),
    ("CLIENT_SECRET", "mR4zxB8wKq1pLw9TzK4mWn8YbC3d"),
    ("DATABASE_URL", "postgres://shop:Harbor-7421@db.example.org/shop"),
    ("DB_HOST", "db.example.org"),
    ("TOKEN_FILE", "/run/secrets/token"),
    ("SECRET_NAME", "shop-database"),
    ("RELEASE", "3f2a9c1b7d5e4f6a8c0b1d3f5e7a9c2b4d6f8a0c"),
    ("KMS_KEY_ID", "6b29fc40-ca47-1067-b31d-00dd010662da"),
    ("PASSWORD_POLICY", "strict-with-symbols"),
    ("API_VERSION", "2026-01-01"),
];

/// What must be found, however it is written.
const CREDENTIALS: &[&str] = &[
    "8f3e1c9a7b5d2f4e6a8c0b1d3f5e7a9c",
    "Harbor-7421",
    "Kestrel@2023",
    "kT7-vnQ2.pLw9",
    "mR4zxB8wKq1pLw9TzK4mWn8YbC3d",
    "q9X2vLr7TzK4mWn8YbC3dFg6HjP1",
];

/// The bytes that findings about credentials name.
fn found(path: &str, text: &str) -> BTreeSet<String> {
    let checked = written::checked(path, text.as_bytes());
    let sources = &checked.report.sources;
    let text_of = |it: &engine::Finding| {
        let source = sources.get(it.place.file).unwrap();
        source.text.get(it.place.span.range()).unwrap().to_owned()
    };
    checked.report.findings.iter().map(text_of).collect()
}

fn expected() -> BTreeSet<String> {
    CREDENTIALS.iter().map(|it| (*it).to_owned()).collect()
}

fn holds(path: &str, write: impl Fn(&mut Draw, &[(&str, &str)]) -> String) {
    for seed in 1..=24_u64 {
        let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut settings = SETTINGS.to_vec();
        draw.shuffle(&mut settings);
        let text = write(&mut draw, &settings);
        assert_eq!(found(path, &text), expected(), "seed {seed}: {path}\n{text}");
    }
}

const NAMES: &[&str] = &["main", "web", "a", "token_issuer", "example_name", "prod-2", "secret"];

#[test]
fn in_terraform() {
    holds("main.tf", |draw, settings| {
        let (name, space) = (draw.one(NAMES), draw.one(&["  ", "    ", "\t"]));
        let gap = draw.one(&[" = ", "=", "   = "]);
        let (mut locals, mut variables) = (String::new(), String::new());
        for (index, (key, value)) in settings.iter().enumerate() {
            let key = if draw.below(2) == 0 { (*key).to_owned() } else { format!("\"{key}\"") };
            let written = match draw.below(3) {
                0 => {
                    let local = format!("{}{index}", draw.one(&["value_", "x", "setting"]));
                    locals += &format!("{space}{local}{gap}\"{value}\"\n");
                    format!("local.{local}")
                }
                _ => format!("\"{value}\""),
            };
            variables += &format!("{space}{space}{space}{key}{gap}{written}\n");
        }
        let locals = format!("locals {{\n{locals}}}\n");
        let function = format!(
            "resource \"aws_lambda_function\" \"{name}\" {{\n{space}function_name{gap}\"f\"\n\
             {space}environment {{\n{space}{space}variables{gap}{{\n{variables}{space}{space}}}\n\
             {space}}}\n}}\n"
        );
        if draw.below(2) == 0 { locals + &function } else { function + &locals }
    });
}

fn yaml(draw: &mut Draw, settings: &[(&str, &str)], indent: usize) -> String {
    settings
        .iter()
        .map(|(key, value)| {
            let mark = draw.one(&["\"", "'", ""]);
            // A plain date or number is no text.
            let mark = if mark.is_empty() && value.starts_with('2') { "'" } else { mark };
            format!("{}{key}: {mark}{value}{mark}\n", " ".repeat(indent))
        })
        .collect()
}

#[test]
fn in_yaml() {
    holds("compose.yaml", |draw, settings| {
        let (name, indent) = (draw.one(NAMES), 2 + draw.below(3));
        let [one, two, three] = [1, 2, 3].map(|it| " ".repeat(it * indent));
        let variables = match draw.below(2) {
            0 => yaml(draw, settings, 3 * indent),
            _ => settings.iter().map(|(key, value)| format!("{three}- {key}={value}\n")).collect(),
        };
        format!("services:\n{one}{name}:\n{two}environment:\n{variables}")
    });
    holds("k8s/secret.yaml", |draw, settings| {
        let indent = 1 + draw.below(4);
        let data = yaml(draw, settings, indent);
        let mut parts = [
            "apiVersion: v1\n".to_owned(),
            "kind: Secret\n".to_owned(),
            format!("metadata:\n  name: {}\n", draw.one(&["a", "shop-database", "x2"])),
            format!("stringData:\n{data}"),
        ];
        draw.shuffle(&mut parts);
        parts.concat()
    });
}

#[test]
fn in_json() {
    holds(".mcp.json", |draw, settings| {
        let (name, space) = (draw.one(NAMES), draw.one(&["", " ", "\n  ", "\n\t\t"]));
        let entries: Vec<String> = settings
            .iter()
            .map(|(key, value)| {
                let colon = draw.one(&[":", ": ", " : "]);
                // An escape is another way to write the same letter.
                let value = if draw.below(2) == 0 {
                    (*value).to_owned()
                } else {
                    value.replace('/', "\\/")
                };
                format!("{space}\"{key}\"{colon}\"{value}\"")
            })
            .collect();
        let environment = format!("\"env\": {{{}}}", entries.join(","));
        let mut parts = ["\"command\": \"serve\"".to_owned(), environment];
        draw.shuffle(&mut parts);
        format!("{{\"mcpServers\":{space}{{\"{name}\": {{{}}}}}}}\n", parts.join(","))
    });
}

#[test]
fn in_toml() {
    holds(".codex/config.toml", |draw, settings| {
        let name = draw.one(&["main", "web", "a", "token-issuer", "x2"]);
        let mark = draw.one(&["\"", "'"]);
        let entries: Vec<String> = settings
            .iter()
            .map(|(key, value)| format!("{key}{}{mark}{value}{mark}", draw.one(&["=", " = "])))
            .collect();
        match draw.below(2) {
            0 => format!(
                "[mcp_servers.{name}]\ncommand = \"serve\"\nenv = {{ {} }}\n",
                entries.join(", ")
            ),
            _ => format!(
                "[mcp_servers.{name}]\ncommand = \"serve\"\n[mcp_servers.{name}.env]\n{}\n",
                entries.join("\n")
            ),
        }
    });
}
