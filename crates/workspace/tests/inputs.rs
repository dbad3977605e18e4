//! Input variables of Terraform that `nhilint.toml` sets.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod repository;

use repository::{checked, repository};

const POLICY: &str = r#"
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }]
  })
}
"#;

/// `path: slice` of every finding of a rule.
fn found(files: &[(&str, &str)], below: &str, rule: &str) -> Vec<String> {
    let folder = repository(files);
    let checked = checked(&folder.path().join(below), &[rule]).unwrap();
    let sources = &checked.report.sources;
    let mut found: Vec<String> = checked
        .report
        .findings
        .iter()
        .map(|it| {
            let source = sources.get(it.place.file).unwrap();
            format!("{}: {}", source.path, source.text.get(it.place.span.range()).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn stars(files: &[(&str, &str)]) -> Vec<String> {
    let main = format!("variable \"action\" {{ default = \"*\" }}\n{POLICY}");
    let mut all = vec![("infra/main.tf", main.as_str())];
    all.extend(files);
    found(&all, "", "wildcard-action")
}

#[test]
fn each_input_wins_over_the_one_before() {
    let steps: &[(&str, &str, &str)] = &[
        ("infra/main.tf", "", "infra/main.tf: \"*\""),
        ("nhilint.toml", "[terraform]\nvariables = { action = \"*\" }\n", "nhilint.toml: \"*\""),
        ("infra/terraform.tfvars", "action = \"*\"\n", "infra/terraform.tfvars: \"*\""),
        ("infra/a.auto.tfvars", "action = \"*\"\n", "infra/a.auto.tfvars: \"*\""),
    ];
    let mut files: Vec<(&str, &str)> = Vec::new();
    for (path, text, expected) in steps {
        if !text.is_empty() {
            files.push((path, text));
        }
        assert_eq!(stars(&files), [*expected], "{path}");
    }
    let all = [
        ("infra/terraform.tfvars", "action = \"*\"\n"),
        ("vars/a.tfvars", "action = \"*\"\n"),
        ("vars/b.hcl.vars", "action = \"*\"\n"),
        ("vars/c.json", "{\"action\": [\"*\"]}\n"),
    ];
    for (config, expected) in [
        ("[terraform]\nvar-files = [\"vars/a.tfvars\"]", "vars/a.tfvars: \"*\""),
        (
            "[terraform]\nvar-files = [\"vars/a.tfvars\", \"./vars/b.hcl.vars\"]",
            "vars/b.hcl.vars: \"*\"",
        ),
        ("[terraform]\nvar-files = [\"vars/c.json\"]", "vars/c.json: \"*\""),
        (
            "[terraform]\nvar-files = [\"vars/a.tfvars\"]\n[[terraform.root]]\npath = \"infra/\"\nvar-files = [\"vars/c.json\"]",
            "vars/c.json: \"*\"",
        ),
        (
            "[[terraform.root]]\npath = \"elsewhere\"\nvar-files = [\"vars/c.json\"]",
            "infra/terraform.tfvars: \"*\"",
        ),
    ] {
        let mut files = all.to_vec();
        files.push(("nhilint.toml", config));
        files.push(("elsewhere/x.tf", ""));
        assert_eq!(stars(&files), [expected], "{config}");
    }
}

#[test]
fn values_of_one_root_win_and_may_be_lists() {
    let config = r#"
[terraform.variables]
action = "s3:GetObject"

[[terraform.root]]
path = "other"

[[terraform.root]]
path = "infra"
variables = { action = ["s3:GetObject", "*"] }
"#;
    let found = stars(&[("nhilint.toml", config), ("other/a.tf", "")]);
    assert_eq!(found, ["nhilint.toml: \"*\""]);
    assert!(
        stars(&[("nhilint.toml", "[terraform]\nvariables = { action = \"s3:GetObject\" }")])
            .is_empty()
    );
}

/// A file that is named is read where it lies, ignored by git or not asked for.
#[test]
fn a_named_file_is_read_wherever_it_lies() {
    let files = [
        ("nhilint.toml", "[terraform]\nvar-files = [\"secret/prod.tfvars\"]\n"),
        (".gitignore", "*.tfvars\n"),
        ("secret/prod.tfvars", "action = \"*\"\n"),
        ("infra/main.tf", &format!("variable \"action\" {{}}\n{POLICY}")),
    ];
    for below in ["", "infra"] {
        assert_eq!(
            found(&files, below, "wildcard-action"),
            ["secret/prod.tfvars: \"*\""],
            "{below}"
        );
    }
}

/// A module that is also called by others is evaluated with its own values too.
#[test]
fn a_named_root_is_one() {
    let module = format!("variable \"action\" {{}}\n{POLICY}");
    let caller = "module \"m\" {\n  source = \"../infra\"\n  action = \"s3:GetObject\"\n}\n";
    let config = "[[terraform.root]]\npath = \"infra\"\nvariables = { action = \"*\" }\n";
    let files =
        [("infra/main.tf", module.as_str()), ("app/main.tf", caller), ("nhilint.toml", config)];
    assert_eq!(found(&files, "", "wildcard-action"), ["nhilint.toml: \"*\""]);
    assert!(found(&files[..2], "", "wildcard-action").is_empty());
}

#[test]
fn a_credential_is_found_once_where_it_is_written() {
    let main = "variable \"password\" {}\nresource \"aws_db_instance\" \"d\" {\n  password = var.password\n}\n";
    let files = [
        ("infra/main.tf", main),
        ("vars/prod.vars", "password = \"FAKE-8fKq2Lm9Zt4w\"\n"),
        ("nhilint.toml", "[terraform]\nvar-files = [\"vars/prod.vars\"]\n"),
    ];
    let expected = ["vars/prod.vars: FAKE-8fKq2Lm9Zt4w"];
    assert_eq!(found(&files, "", "embedded-secret"), expected);
    let literal = "[terraform]\nvariables = { password = \"FAKE-8fKq2Lm9Zt4w\" }\n";
    let files = [("infra/main.tf", main), ("nhilint.toml", literal)];
    assert_eq!(found(&files, "", "embedded-secret"), ["nhilint.toml: FAKE-8fKq2Lm9Zt4w"]);
}

#[test]
fn what_cannot_be_used_is_an_error_with_a_place_and_a_remedy() {
    let long = "a = 1\n".repeat(2_000_000);
    for (config, message, remedy) in [
        (
            "var-files = [\n  \"prd.tfvars\"]",
            "3:3: there is no variables file `prd.tfvars`",
            "did you mean `prod.tfvars`?",
        ),
        ("var-files = [\"x\"]", "2:14: there is no variables file `x`", "create it or take it out"),
        ("var-files = [\"infra\"]", "2:14: `infra` is a folder", "name the variables files"),
        ("var-files = [\"long.tfvars\"]", "2:14: `long.tfvars` cannot be read", "take it out"),
        (
            "[[terraform.root]]\npath = \"infr\"",
            "3:8: there is no folder `infr`",
            "did you mean `infra`?",
        ),
        ("[[terraform.root]]\npath = \"prod.tfvars\"", "3:8: `prod.tfvars` is not a folder", ""),
    ] {
        let config = format!("[terraform]\n{config}\n");
        let folder = repository(&[
            ("nhilint.toml", config.as_str()),
            ("infra/main.tf", ""),
            ("prod.tfvars", ""),
            ("long.tfvars", long.as_str()),
        ]);
        let error = checked(folder.path(), &["wildcard-action"]).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.remedy().unwrap_or_default().contains(remedy), "{:?}", error.remedy());
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_workspace() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.tfvars"), "action = \"*\"\n").unwrap();
    let folder = repository(&[("nhilint.toml", "[terraform]\nvar-files = [\"a.tfvars\"]\n")]);
    std::os::unix::fs::symlink(outside.path().join("a.tfvars"), folder.path().join("a.tfvars"))
        .unwrap();
    let error = checked(folder.path(), &["wildcard-action"]).unwrap_err();
    assert!(error.to_string().contains("leads out of the workspace"), "{error}");
}
