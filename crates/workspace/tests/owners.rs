//! Owners that stand beside a declaration count in an analysis of texts, as the editor runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use model::{Knowledge, OwnerSource};
use nhilint_workspace::{Config, InputFile, analyze, parse_config};

const USER: &str = "provider \"aws\" {}\nresource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n";

/// The owner of the one identity, where it comes from, and the text at its place.
fn owner(files: &[(&str, &str)], config: &Config) -> Option<(String, OwnerSource, String)> {
    let inputs =
        files.iter().map(|(path, text)| InputFile { path: (*path).into(), text: (*text).into() });
    let report = analyze(inputs.collect(), config);
    let identity = report.facts.identities.first().unwrap();
    match &identity.ownership.owner {
        Knowledge::Known(it) => {
            let source = report.sources.get(it.place().file).unwrap();
            let written = source.text.get(it.place().span.range()).unwrap();
            Some((it.value.name.clone(), it.value.source, written.to_owned()))
        }
        _ => None,
    }
}

#[test]
fn the_nearest_word_about_ownership_counts() {
    let text = "[[owner]]\npath = \"infra/\"\nowner = \"ops\"\n";
    let loaded = parse_config("nhilint.toml", "nhilint.toml", "", text).unwrap();
    let with_file =
        Config { settings: loaded.settings, file: Some(loaded.file), ..Config::default() };
    let file = ("infra/main.tf", USER);
    let codeowners = ("CODEOWNERS", "* @all\n/infra/ @platform\n");
    let catalog = ("infra/catalog-info.yaml", "kind: Component\nspec:\n  owner: team-a\n");
    let none = Config::default();
    for (files, config, expected) in [
        (vec![file], &none, None),
        (vec![file, ("CODEOWNERS", "* @all\n")], &none, None),
        (vec![file, codeowners], &none, Some(("@platform", OwnerSource::Codeowners))),
        (vec![file, codeowners, catalog], &none, Some(("team-a", OwnerSource::CatalogFile))),
        (vec![file, codeowners], &with_file, Some(("@platform", OwnerSource::Codeowners))),
        (vec![file], &with_file, Some(("ops", OwnerSource::Configuration))),
        (vec![file, ("nested/CODEOWNERS", "/infra/ @other\n")], &none, None),
        (vec![file, ("OWNERS", "approvers: [a]\n")], &none, None),
        (
            vec![file, ("infra/OWNERS", "approvers:\n- sig-infra\n")],
            &none,
            Some(("sig-infra", OwnerSource::OwnersFile)),
        ),
        (vec![file, ("infra/OWNERS", "reviewers: [a]\n")], &none, None),
        (vec![file, ("infra/OWNERS", "jane@example.com\n")], &none, None),
        (
            vec![
                ("live/main.tf", "module \"m\" {\n  source = \"../infra\"\n}\n"),
                ("infra/main.tf", "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n"),
                ("CODEOWNERS", "/live/ @live\n"),
            ],
            &none,
            Some(("@live", OwnerSource::Codeowners)),
        ),
        (
            vec![file, ("catalog-info.yaml", "spec: {owner: \"${{ values.owner }}\"}\n")],
            &none,
            None,
        ),
    ] {
        let found = owner(&files, config);
        let names = found.as_ref().map(|(name, source, _)| (name.as_str(), *source));
        assert_eq!(names, expected, "{files:?}");
        if let Some((name, _, written)) = &found {
            assert_eq!(written.trim_matches('"'), name);
        }
    }
}
