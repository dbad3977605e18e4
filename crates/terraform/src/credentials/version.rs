//! Whether a configuration may use write-only arguments.

use syntax::{Kind, Node};

use crate::eval::Resource;
use crate::lower::Unit;

/// The first release of Terraform and OpenTofu that knows write-only arguments.
const TOOL: Version = [1, 11, 0];

/// Releases of providers whose resources all have the write-only arguments of the table.
/// Source: changelogs of the providers, from memory. Date: 2026-11-22
const PROVIDERS: &[(&str, Version)] = &[
    ("aws", [5, 90, 0]),
    ("azurerm", [4, 25, 0]),
    ("google", [6, 30, 0]),
    ("google-beta", [6, 30, 0]),
    ("mongodbatlas", [1, 30, 0]),
    ("okta", [4, 20, 0]),
    ("postgresql", [1, 25, 0]),
    ("vault", [5, 0, 0]),
];

type Version = [u64; 3];

/// True when the configuration says which releases it runs with, and those with write-only
/// arguments are among them.
pub(super) fn takes_write_only(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> bool {
    let kind = resource.declaration.kind;
    let provider = kind.split('_').next().unwrap_or(kind);
    let least = PROVIDERS.iter().find(|(it, _)| *it == provider).map(|(_, it)| *it);
    let mut stated = false;
    for instance in [resource.instance, 0] {
        let Some(module) = unit.evaluator.module(instance) else { return false };
        for settings in &module.settings {
            if let Some(constraint) = settings.literal("required_version") {
                stated = true;
                if !allows(constraint, TOOL) {
                    return false;
                }
            }
            let constraint = provider_constraint(settings.block, provider);
            if let (Some(constraint), Some(least)) = (constraint, least)
                && !allows(constraint, least)
            {
                return false;
            }
        }
    }
    stated
}

fn provider_constraint<'a>(settings: Node<'a>, provider: &str) -> Option<&'a str> {
    let required = settings.blocks("required_providers").next()?.body()?.get(provider)?;
    if required.kind() == Kind::Map { required.get("version")?.as_str() } else { required.as_str() }
}

/// True when a constraint lets in some release from `least` on. What cannot be read lets in
/// nothing.
fn allows(constraint: &str, least: Version) -> bool {
    constraint.split(',').all(|it| clause(it.trim(), least).unwrap_or(false))
}

fn clause(clause: &str, least: Version) -> Option<bool> {
    let digit = clause.find(|it: char| it.is_ascii_digit() || it == 'v')?;
    let (operator, written) = clause.split_at(digit);
    let (version, parts) = version(written.trim_start_matches('v'))?;
    Some(match operator.trim() {
        ">=" | ">" | "!=" => true,
        "<" => version > least,
        "<=" | "" | "=" => version >= least,
        // The last part that is written may grow.
        "~>" => match parts {
            0 | 1 => true,
            2 => [version[0].saturating_add(1), 0, 0] > least,
            _ => [version[0], version[1].saturating_add(1), 0] > least,
        },
        _ => return None,
    })
}

fn version(text: &str) -> Option<(Version, usize)> {
    let plain = text.split(['-', '+']).next()?.trim();
    let mut version = [0; 3];
    let mut parts = 0;
    for (slot, part) in version.iter_mut().zip(plain.split('.')) {
        *slot = part.parse().ok()?;
        parts += 1;
    }
    Some((version, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_let_in_what_they_say() {
        let cases = [
            (">= 1.5.7", true),
            ("~> 1.5", true),
            ("~> 1.5.0", false),
            ("~> 1.11.2", true),
            (">= 1.3, < 1.11.0", false),
            (">= 1.3, < 2.0", true),
            ("= 1.9.8", false),
            ("1.12.0", true),
            ("<= 1.11", true),
            (">= 1.0, != 1.11.0", true),
            ("~> 0.12.31", false),
            ("latest", false),
            ("", false),
            ("< 1.12.0-beta1", true),
        ];
        for (constraint, expected) in cases {
            assert_eq!(allows(constraint, TOOL), expected, "{constraint}");
        }
    }
}
