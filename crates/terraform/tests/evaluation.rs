//! What expressions evaluate to, and where the texts of the result are written.
//!
//! The table is `testdata/terraform/eval/*.txt`; its format is in the README there. Where a
//! `terraform` binary is installed, a second test asks it for the same values.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "tests may panic and print"
)]

mod support;

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use model::{Data, Piece, Value};
use serde_json::Value as Json;
use support::table::{Case, cases};
use support::{Lowered, lower};

/// The stand-in for what is not known.
const UNKNOWN: &str = "${?}";

/// What the table says of an expression, and what it evaluates to.
trait Ask {
    fn expected(&self) -> Json;
    fn is_known(&self) -> bool;
    fn evaluate(&self) -> (Json, Vec<String>);
}

impl Ask for Case {
    /// JSON in which a bare `?` stands for what is not known.
    fn expected(&self) -> Json {
        let mut json = String::new();
        let (mut inside, mut escaped) = (false, false);
        for character in self.expected.chars() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => inside = !inside,
                '?' if !inside => {
                    json.push_str(&format!("\"{UNKNOWN}\""));
                    continue;
                }
                _ => {}
            }
            json.push(character);
        }
        let parsed = serde_json::from_str(&json);
        parsed.unwrap_or_else(|it| panic!("{}: {it}: {}", self.at, self.expected))
    }

    fn is_known(&self) -> bool {
        !self.expected().to_string().contains(UNKNOWN)
    }

    /// The value and, in order, the slices of its texts.
    fn evaluate(&self) -> (Json, Vec<String>) {
        let mut files: Vec<(&str, &str)> =
            self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let asked = format!(
            "variable \"unknown\" {{}}\nresource \"asked\" \"it\" {{\n  value = {}\n}}\n",
            self.expression
        );
        files.push(("case.tf", &asked));
        let lowered = lower(&files);
        let asked = lowered.facts.resources.iter().find(|it| it.kind == "asked");
        let Some(value) = asked.and_then(|it| it.attributes.get("value")) else {
            panic!("{}: the expression is not read", self.at);
        };
        let mut slices = Vec::new();
        collect(value, &lowered, &mut slices);
        (json(value), slices)
    }
}

/// A value as JSON; entries that are not known make the whole map unknown.
fn json(value: &Value) -> Json {
    match &value.data {
        Data::Unknown(_) => Json::String(UNKNOWN.to_owned()),
        Data::Null => Json::Null,
        Data::Bool(it) => Json::Bool(*it),
        Data::Number(it) => serde_json::from_str(&it.to_string()).unwrap(),
        Data::String(text) => Json::String(text.with_stand_in(UNKNOWN)),
        Data::List(items) => Json::Array(items.iter().map(json).collect()),
        Data::Map(entries) => {
            Json::Object(entries.iter().map(|it| (it.key.to_string(), json(&it.value))).collect())
        }
    }
}

/// Appends `file slice` for each known piece of each text.
fn collect(value: &Value, lowered: &Lowered, out: &mut Vec<String>) {
    match &value.data {
        Data::String(text) => {
            for piece in &text.pieces {
                if let Piece::Literal { origin, .. } = piece {
                    let at = lowered.at(origin.place);
                    out.push(at.replacen(": ", " ", 1).replace('\n', "\\n"));
                }
            }
        }
        Data::List(items) => items.iter().for_each(|it| collect(it, lowered, out)),
        Data::Map(entries) => entries.iter().for_each(|it| collect(&it.value, lowered, out)),
        _ => {}
    }
}

/// Numbers are compared as numbers, maps without their order.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            let equal =
                |(key, value): (&String, &Json)| b.get(key).is_some_and(|it| same(value, it));
            a.len() == b.len() && a.iter().all(equal)
        }
        _ => a == b,
    }
}

#[test]
fn every_expression_has_its_value_and_its_place() {
    let cases = cases("eval");
    let mut wrong = String::new();
    for case in &cases {
        let (value, slices) = case.evaluate();
        // `jsonencode` yields the value itself, written out only where a text needs it.
        let expected = case.expected();
        let decoded = expected.as_str().and_then(|it| serde_json::from_str(it).ok());
        let encoded = case.expression.starts_with("jsonencode(") && decoded.is_some();
        let matches = same(&value, &expected) || encoded && same(&value, &decoded.unwrap());
        if !matches {
            let Case { at, name, expression, .. } = case;
            writeln!(wrong, "{at}: {name} {expression}\n  is  {value}\n  not {expected}").unwrap();
        }
        if !case.slices.is_empty() && slices != case.slices {
            let Case { at, expression, slices: expected, .. } = case;
            writeln!(wrong, "{at}: {expression}\n  at  {slices:?}\n  not {expected:?}").unwrap();
        }
    }
    println!("{} cases", cases.len());
    assert!(cases.len() > 200, "the table is not whole");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// True when Terraform can tell the value without a provider, a plan or files.
fn is_pure(case: &Case) -> bool {
    case.files.is_empty() && case.is_known() && !case.expression.contains("var.unknown")
}

/// The values that Terraform has for the cases, or what it said.
fn ask_terraform(cases: &[&Case]) -> Result<Json, String> {
    let folder = std::env::temp_dir().join(format!("nhilint-eval-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut locals = String::new();
    let mut all = String::new();
    for (at, case) in cases.iter().enumerate() {
        writeln!(locals, "locals {{\n  c{at} = jsonencode({}\n  )\n}}", case.expression).unwrap();
        write!(all, "c{at} = local.c{at}, ").unwrap();
    }
    std::fs::write(folder.join("main.tf"), locals).unwrap();
    let mut child = Command::new("terraform")
        .args(["console", "-no-color"])
        .current_dir(&folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|it| it.to_string())?;
    // JSON twice over keeps the escapes of Terraform's own output out of the way.
    let question = format!("urlencode(jsonencode({{ {all} }}))\n");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), question.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let encoded = said.trim().trim_matches('"').replace('+', " ");
    if !encoded.starts_with("%7B") {
        return Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_str(&percent_decoded(&encoded)).map_err(|it| it.to_string())
}

fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn terraform_says_the_same() {
    if Command::new("terraform").arg("version").output().is_err() {
        println!("no terraform binary: the comparison with `terraform console` did not run");
        return;
    }
    let cases = cases("eval");
    let pure: Vec<&Case> = cases.iter().filter(|it| is_pure(it)).collect();
    let answers = ask_terraform(&pure).unwrap_or_else(|it| panic!("terraform: {it}"));
    let mut wrong = String::new();
    for (at, case) in pure.iter().enumerate() {
        let answer = answers[format!("c{at}")].as_str().unwrap();
        let answer: Json = serde_json::from_str(answer).unwrap();
        if !same(&answer, &case.expected()) {
            let Case { at, expression, expected, .. } = case;
            writeln!(wrong, "{at}: {expression}\n  is  {answer}\n  not {expected}").unwrap();
        }
    }
    println!("{} expressions compared with `terraform console`", pure.len());
    assert!(wrong.is_empty(), "\n{wrong}");
}
