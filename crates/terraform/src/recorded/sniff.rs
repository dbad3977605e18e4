//! Which JSON files are plans or states, told from a few kilobytes before anything is parsed.

use crate::path;

/// Bytes at both ends that are looked at. Terraform writes what it looks for first; `jq -S`
/// moves half of it to the end.
const ENDS: usize = 4096;

/// Plans and states are told by keys that no other JSON has together.
const SHAPES: [[&str; 2]; 3] = [
    ["\"format_version\"", "\"terraform_version\""],
    ["\"lineage\"", "\"serial\""],
    ["\"configuration\"", "\"terraform_version\""],
];

/// True for a file that looks like the output of `terraform show -json`, or like a state.
pub fn is_recording(path: &str, text: &str) -> bool {
    if !is_named_like_one(path) {
        return false;
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..ENDS.min(bytes.len())).unwrap_or_default();
    let tail = bytes.get(bytes.len().saturating_sub(ENDS)..).unwrap_or_default();
    if !head.trim_ascii_start().starts_with(b"{") && !head.starts_with(b"\xef\xbb\xbf") {
        return false;
    }
    let near = |word: &str| contains(head, word) || contains(tail, word);
    SHAPES.iter().any(|words| words.iter().all(|it| near(it)))
}

/// True for JSON that is not configuration by its name.
pub(crate) fn is_named_like_one(path: &str) -> bool {
    let name = path::name(path).to_ascii_lowercase();
    let configuration = [".tf.json", ".tofu.json", ".tfvars.json"];
    let is_state = name.ends_with(".tfstate") || name.contains(".tfstate.");
    is_state || (name.ends_with(".json") && !configuration.iter().any(|it| name.ends_with(it)))
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|it| it == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_and_states_are_told_from_other_json() {
        let plan = r#"{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{}}"#;
        let sorted = format!(
            r#"{{"configuration":{{}},"format_version":"1.2",{}"terraform_version":"1"}}"#,
            " ".repeat(10_000)
        );
        let state = r#"{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x"}"#;
        for (path, text, expected) in [
            ("plan.json", plan, true),
            ("deep/out/tfplan.JSON", plan, true),
            ("plan.json", &sorted, true),
            ("state.json", state, true),
            ("plan.txt", plan, false),
            ("x.tf.json", plan, false),
            ("package.json", r#"{"version": "1.0.0", "name": "x"}"#, false),
            ("schema.json", r#"{"format_version":"1.0","provider_schemas":{}}"#, false),
            ("list.json", r#"["format_version", "terraform_version"]"#, false),
            ("empty.json", "", false),
        ] {
            assert_eq!(is_recording(path, text), expected, "{path}");
        }
    }
}
