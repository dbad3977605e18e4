//! Where state is kept, and the credentials that say how to get there.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::GuardKind;
use support::{Lowered, lower};

/// `remote encrypted: slice` of the only store, where a `?` is not known.
fn store(files: &[(&str, &str)]) -> String {
    let lowered = lower(files);
    let stores: Vec<String> =
        lowered.facts.guards.iter().filter_map(|it| show(&lowered, it)).collect();
    stores.join(" ")
}

fn show(lowered: &Lowered, guard: &model::Guard) -> Option<String> {
    let GuardKind::StateStore { encrypted, remote } = guard.kind else { return None };
    let encrypted = match encrypted {
        Some(true) => "encrypted",
        Some(false) => "plain",
        None => "?",
    };
    let place = if remote { "remote" } else { "local" };
    Some(format!("{place} {encrypted} @ {}", lowered.at(guard.place)))
}

#[test]
fn every_backend_is_known() {
    for (backend, expected) in [
        ("backend \"s3\" {}", "remote ? @ main.tf: \"s3\""),
        ("backend \"s3\" {\n encrypt = true\n}", "remote encrypted @ main.tf: true"),
        ("backend \"s3\" {\n encrypt = false\n}", "remote plain @ main.tf: false"),
        ("backend \"azurerm\" {}", "remote encrypted @ main.tf: \"azurerm\""),
        ("backend \"gcs\" {}", "remote encrypted @ main.tf: \"gcs\""),
        ("backend \"remote\" {}", "remote encrypted @ main.tf: \"remote\""),
        ("cloud {}", "remote encrypted @ main.tf: cloud"),
        ("backend \"local\" {\n path = \"x\"\n}", "local plain @ main.tf: \"local\""),
        (
            "backend \"http\" {\n address = \"http://state.example.com/x\"\n}",
            "remote plain @ main.tf: \"http://state.example.com/x\"",
        ),
        (
            "backend \"http\" {\n address = \"https://state.example.com/x\"\n}",
            "remote ? @ main.tf: \"http\"",
        ),
        (
            "backend \"http\" {\n address = \"http://localhost:8080/x\"\n}",
            "remote ? @ main.tf: \"http\"",
        ),
        ("backend \"http\" {}", "remote ? @ main.tf: \"http\""),
        ("backend \"consul\" {\n scheme = \"http\"\n}", "remote plain @ main.tf: \"consul\""),
        ("backend \"consul\" {\n scheme = \"https\"\n}", "remote ? @ main.tf: \"consul\""),
        ("backend \"pg\" {}", "remote ? @ main.tf: \"pg\""),
        ("backend \"kubernetes\" {}", "remote ? @ main.tf: \"kubernetes\""),
        ("backend \"oss\" {}", "remote plain @ main.tf: \"oss\""),
        ("backend \"oss\" {\n encrypt = true\n}", "remote encrypted @ main.tf: true"),
        ("backend \"cos\" {}", "remote ? @ main.tf: \"cos\""),
        ("encryption {}\n backend \"local\" {}", "local encrypted @ main.tf: \"local\""),
        ("required_version = \"1\"", ""),
    ] {
        let text = format!("terraform {{\n {backend}\n}}\n");
        assert_eq!(store(&[("main.tf", &text)]), expected, "{backend}");
    }
}

#[test]
fn no_backend_is_a_file_where_terraform_is_run() {
    assert_eq!(store(&[("main.tf", "provider \"aws\" {}\n")]), "local plain @ main.tf: \"aws\"");
    assert_eq!(store(&[("main.tf", "resource \"aws_iam_role\" \"r\" {}\n")]), "");
    // A child says nothing about the state of its caller.
    let main = "module \"m\" {\n source = \"./m\"\n}\n";
    assert_eq!(store(&[("main.tf", main), ("m/main.tf", "provider \"aws\" {}\n")]), "");
}

#[test]
fn settings_may_stand_in_a_file() {
    let main = ("main.tf", "terraform {\n backend \"s3\" {}\n}\n");
    let plain = ("prod.tfbackend", "encrypt = false\n");
    let encrypted = ("dev.s3.tfbackend", "encrypt = true\n");
    assert_eq!(store(&[main, plain]), "remote plain @ prod.tfbackend: false");
    assert_eq!(store(&[main, plain, encrypted]), "remote ? @ main.tf: \"s3\"");
}

#[test]
fn terragrunt_says_where() {
    let child = "include {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n";
    let root = "locals { e = false }\nremote_state {\n  backend = \"s3\"\n  config = {\n    bucket  = \"b\"\n    encrypt = local.e\n  }\n}\n";
    let files = [("live/a/terragrunt.hcl", child), ("live/root.hcl", root), ("live/a/main.tf", "")];
    assert_eq!(store(&files), "remote plain @ live/root.hcl: false");
    let generated = "generate \"backend\" {\n  path = \"backend.tf\"\n  contents = <<EOF\nterraform {\n  backend \"local\" {}\n}\nEOF\n}\n";
    let files =
        [("live/a/terragrunt.hcl", child), ("live/root.hcl", generated), ("live/a/main.tf", "")];
    assert_eq!(store(&files), "local plain @ live/root.hcl: \"local\"");
    // A parent that is not here may say anything.
    let files = [("live/a/terragrunt.hcl", child), ("live/a/main.tf", "provider \"aws\" {}\n")];
    assert_eq!(store(&files), "");
}

#[test]
fn credentials_of_backends_are_found() {
    for (path, text) in [
        ("prod.tfbackend", "access_key = \"FAKE-8fKq2Lm9Zt4w\"\n"),
        ("prod.azurerm.tfbackend", "sas_token = \"FAKE-8fKq2Lm9Zt4w\"\n"),
        (
            "main.tf",
            "terraform {\n  backend \"azurerm\" {\n    client_secret = \"FAKE-8fKq2Lm9Zt4w\"\n  }\n}\n",
        ),
        (
            "main.tf",
            "data \"terraform_remote_state\" \"x\" {\n  backend = \"consul\"\n  config = {\n    http_auth = \"FAKE-8fKq2Lm9Zt4w\"\n  }\n}\n",
        ),
        (
            "live/terragrunt.hcl",
            "remote_state {\n  backend = \"cos\"\n  config = {\n    secret_key = \"FAKE-8fKq2Lm9Zt4w\"\n  }\n}\n",
        ),
    ] {
        let lowered = lower(&[(path, text)]);
        assert_eq!(lowered.literals(), [format!("{path}: FAKE-8fKq2Lm9Zt4w")], "{text}");
        let slot = lowered.facts.credentials.first().map(|it| it.slot.kind).unwrap();
        assert_eq!(slot, model::SlotKind::Backend, "{text}");
    }
    let lowered = lower(&[(
        "prod.tfbackend",
        "bucket = \"state\"\nkey = \"prod/terraform.tfstate\"\nregion = \"eu-west-1\"\n",
    )]);
    assert!(lowered.literals().is_empty());
}
