//! Writes the skeleton of a rule: all headings, a bad and a good example, an empty check.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::{generate, repository};

/// Folder, and the family that its rules belong to.
const FAMILIES: &[(&str, &str)] = &[
    ("secret", "Secret"),
    ("permission", "Permission"),
    ("ownership", "Ownership"),
    ("lifetime", "Lifetime"),
    ("identity", "Identity"),
    ("agent", "Agent"),
    ("supply_chain", "SupplyChain"),
    ("audit", "Audit"),
    ("offboarding", "Offboarding"),
    ("hygiene", "Hygiene"),
];

pub(crate) fn run(path: &str) -> Result<()> {
    let Some((folder, id)) = path.split_once('/') else {
        bail!("write FAMILY/ID, such as `lifetime/endless-token`");
    };
    let names = || FAMILIES.iter().map(|(it, _)| *it).collect::<Vec<_>>().join(", ");
    let Some((_, family)) = FAMILIES.iter().find(|(it, _)| *it == folder) else {
        bail!("no family `{folder}`; there are {}", names());
    };
    let kebab = !id.is_empty()
        && id.split('-').all(|word| {
            !word.is_empty()
                && word.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        });
    ensure!(kebab, "`{id}` is not kebab-case");
    let file = format!("rules/{folder}/{}.rs", id.replace('-', "_"));
    let target = repository::root().join(&file);
    ensure!(!target.exists(), "{file} exists");
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&target, skeleton(id, family)).with_context(|| format!("cannot write {file}"))?;
    println!("wrote {file}: fill it in, then run `cargo test -p nhilint-rules`");
    generate::registry_only()
}

fn skeleton(id: &str, family: &str) -> String {
    format!(
        r#"use engine::{{Context, rule}};
use model::Credential;

rule! {{
    /// One sentence that says what is bad.
    ///
    /// ## What
    /// What the rule finds.
    ///
    /// ## Why
    /// What could happen.
    ///
    /// ## Fix
    /// What to write instead.
    ///
    /// ```tf,bad
    /// resource "aws_iam_access_key" "ci" {{ # error: access key
    ///   user = "ci"
    /// }}
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role" "ci" {{
    ///   name = "ci"
    /// }}
    /// ```
    ///
    /// ## References
    /// - The guidance it serves (verified YYYY-MM-DD)
    id: "{id}",
    family: {family},
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI7"]],
    check: Credential(check),
}}

fn check(credential: &Credential, cx: &mut Context<'_>) {{
    // Replace this with the one condition the rule is about.
    if credential.slot.kind == model::SlotKind::Issued {{
        let message = format!("`{{}}` is an {{}}", credential.name, credential.kind.describe());
        cx.report_at(&credential.address, "", credential.place, message);
    }}
}}
"#
    )
}
