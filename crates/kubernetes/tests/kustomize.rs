//! Kustomizations under `testdata/kustomize`: what they yield, and where each value is written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test may panic"
)]

mod listing;

use std::fmt::Write as _;
use std::sync::Arc;

use listing::Files;
use model::{Facts, Source};
use nhilint_kubernetes::{
    Kustomizations, KustomizeShares, Options, WorkspaceFile, Written, collect, join, language,
};
use syntax::{Limits, Tree};

#[test]
fn kustomizations_yield_the_expected_facts() {
    listing::run("kustomize", |files| {
        let (facts, shares) = facts(files);
        let mut out = files.describe(&facts);
        for it in &facts.overlays {
            let (file, _, _) = files.numbered().find(|(id, _, _)| *id == it.file).unwrap();
            let path = files.numbered().find(|(id, _, _)| *id == file).unwrap().1;
            writeln!(out, "overlay {} brings in {path} {}", it.scope, files.at(it.place)).unwrap();
        }
        let KustomizeShares { resolved, partly, unresolved } = shares;
        writeln!(out, "kustomizations {resolved} resolved, {partly} in part, {unresolved} not")
            .unwrap();
        out
    });
}

/// The facts, as a workspace makes them.
fn facts(files: &Files) -> (Facts, KustomizeShares) {
    let options = Options::default();
    let parsed: Vec<(_, &str, Tree)> = files
        .numbered()
        .filter_map(|(file, path, text)| {
            let language = language(path, text)?;
            Some((file, path, syntax::parse(Arc::clone(text), language, &Limits::default())))
        })
        .collect();
    let sources: Vec<Source<'_>> =
        parsed.iter().map(|(file, path, tree)| Source { file: *file, path, tree }).collect();
    let inputs = files.numbered().map(|(file, path, text)| WorkspaceFile { file, path, text });
    let collected: Vec<_> = sources.iter().map(|it| collect(it, &options)).collect();
    let deploy = collected.iter().filter(|it| it.deploys()).map(|it| it.file()).collect();
    let all = Kustomizations::find(inputs.collect(), &sources, &deploy);
    let built: Vec<_> = (0..all.len()).filter_map(|it| all.build(it, &options)).collect();
    let shares = all.shares(built.iter());
    let written = Written::of(built.iter());
    let mut objects = Vec::new();
    for read in collected {
        let is_used = built.iter().any(|it| it.used.contains(&read.file()));
        objects.push(if is_used { written.beyond(read) } else { read });
    }
    let (mut notes, mut overlays) = (Vec::new(), Vec::new());
    for it in built {
        notes.extend(it.notes);
        overlays.extend(it.overlays);
        objects.push(it.objects);
    }
    let mut facts = join(objects);
    facts.notes.extend(notes);
    facts.overlays.extend(overlays);
    (facts, shares)
}

/// Files that are generated.
fn built(files: &[(&str, &str)]) -> (Facts, KustomizeShares) {
    facts(&Files::of(files))
}

fn notes(facts: &Facts) -> Vec<&str> {
    facts.notes.iter().map(|it| it.message.as_str()).collect()
}

fn accounts(count: usize) -> String {
    let one = |it| format!("---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a{it}\n");
    (0..count).map(one).collect()
}

#[test]
fn ten_thousand_objects_are_patched() {
    let text = accounts(10_000);
    let patch = "namespace: n\nnamePrefix: p-\nresources: [all.yaml]\npatches:\n\
                 - target: {kind: ServiceAccount, name: a.*7}\n  patch: |-\n    \
                 - {op: add, path: /metadata/labels, value: {owner: team}}\n";
    let (facts, shares) = built(&[("kustomization.yaml", patch), ("all.yaml", &text)]);
    assert_eq!(facts.identities.len(), 10_000);
    let owned = facts.identities.iter().filter(|it| it.ownership.owner.known().is_some());
    assert_eq!(owned.count(), 1_000);
    assert_eq!(shares.resolved, 1);
}

#[test]
fn more_objects_than_are_read_are_reported() {
    let (text, more) = (accounts(10_000), accounts(3));
    let files = [
        ("kustomization.yaml", "resources: [all.yaml, again.yaml, more.yaml]\n"),
        ("all.yaml", &*text),
        ("again.yaml", &*text),
        ("more.yaml", &*more),
    ];
    let (facts, shares) = built(&files);
    assert_eq!(facts.identities.len(), 20_000);
    assert_eq!(notes(&facts), ["this brings in more objects than are read: the rest is unknown"]);
    assert_eq!(shares.partly, 1);
}

#[test]
fn a_patch_that_doubles_itself_ends() {
    let copy = "- {op: copy, from: /metadata/labels, path: /metadata/labels/x}\n";
    for (count, is_cut) in [(3, false), (400, true)] {
        let patch = format!(
            "- {{op: add, path: /metadata/labels, value: {{a: b}}}}\n{}",
            copy.replace("/x}", "/x$}").repeat(count)
        );
        let patch: String = patch
            .split('$')
            .enumerate()
            .map(|(at, it)| if at == 0 { it.to_owned() } else { format!("{at}{it}") })
            .collect();
        let (facts, shares) = built(&[
            (
                "kustomization.yaml",
                "resources: [all.yaml]\npatches:\n- path: p.yaml\n  target: {kind: ServiceAccount}\n",
            ),
            ("all.yaml", &accounts(1)),
            ("p.yaml", &patch),
        ]);
        assert_eq!(facts.identities.is_empty(), is_cut);
        assert_eq!(shares.unresolved, u32::from(is_cut));
        assert_eq!(facts.notes.is_empty(), !is_cut, "{:?}", facts.notes);
    }
}

#[test]
fn moves_do_not_nest_without_end() {
    let deep: String = "/a".repeat(200);
    let mut patch = String::new();
    for at in 0..400 {
        let nested = format!("{}null{}", "{a: ".repeat(200), "}".repeat(200));
        patch += &format!("- {{op: add, path: /metadata/m{at}, value: {nested}}}\n");
        if at > 0 {
            let from = at - 1;
            patch +=
                &format!("- {{op: move, from: /metadata/m{from}, path: /metadata/m{at}{deep}}}\n");
        }
    }
    let kustomization =
        "resources: [all.yaml]\npatches:\n- path: p.yaml\n  target: {kind: ServiceAccount}\n";
    let (facts, _) = built(&[
        ("kustomization.yaml", kustomization),
        ("all.yaml", &accounts(1)),
        ("p.yaml", &patch),
    ]);
    assert_eq!(facts.identities.len(), 0);
    assert_eq!(facts.notes.len(), 1, "{:?}", facts.notes);
}

#[test]
fn layers_that_multiply_end() {
    let mut files: Vec<(String, String)> =
        vec![("l0/kustomization.yaml".to_owned(), "resources: [a.yaml]\n".to_owned())];
    files.push(("l0/a.yaml".to_owned(), accounts(1)));
    for level in 1..=30 {
        let below = level - 1;
        let side = |name: &str| {
            (
                format!("l{level}{name}/kustomization.yaml"),
                format!("namePrefix: {name}-\nresources: [../l{below}]\n"),
            )
        };
        files.push(side("x"));
        files.push(side("y"));
        files.push((
            format!("l{level}/kustomization.yaml"),
            format!("resources: [../l{level}x, ../l{level}y]\n"),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let (facts, _) = built(&files);
    let found = notes(&facts);
    let words = "there are more layers than are followed: the rest is unknown";
    assert!(found.contains(&words), "{found:?}");
    assert!(found.len() < 5_000, "{}", found.len());
}

#[test]
fn selectors_that_grow_without_end_fit_nothing() {
    let kustomization = "resources: [all.yaml]\npatches:\n\
         - target: {kind: ServiceAccount, name: '((a{1000}){1000}){1000}'}\n  patch: |-\n    \
         - {op: remove, path: /metadata}\n";
    let (facts, shares) =
        built(&[("kustomization.yaml", kustomization), ("all.yaml", &accounts(2))]);
    assert_eq!(facts.identities.len(), 2);
    assert_eq!(shares.partly, 1);
}

#[test]
fn many_patches_of_many_objects_end() {
    let mut kustomization = "resources: [all.yaml]\npatches:\n".to_owned();
    for at in 0..1_000 {
        kustomization += &format!(
            "- target: {{kind: ServiceAccount, name: a{at}}}\n  patch: '[{{op: add, path: /metadata/labels, value: {{owner: t}}}}]'\n"
        );
    }
    let (facts, _) =
        built(&[("kustomization.yaml", &kustomization), ("all.yaml", &accounts(1_000))]);
    assert_eq!(facts.identities.len(), 1_000);
}

#[test]
fn fields_of_many_configurations_end() {
    let field = "- {path: a/b/c, create: true}\n";
    let fields = format!("namespace:\n{0}commonLabels:\n{0}", field.repeat(500));
    let root = format!(
        "resources: [all.yaml]\nnamespace: x\ncommonLabels: {{a: b}}\nconfigurations: [{}]\n",
        "f.yaml, ".repeat(200)
    );
    let all = accounts(1_000);
    let files =
        [("kustomization.yaml", root.as_str()), ("all.yaml", all.as_str()), ("f.yaml", &fields)];
    let (facts, shares) = built(&files);
    assert_eq!((shares.unresolved, facts.identities.len()), (1, 0), "{:?}", notes(&facts));
}

#[test]
fn a_kustomization_that_is_no_map_is_left_alone() {
    for text in
        ["", "- a\n", "resources: 7\n", "resources: {a: b}\npatches: x\n", "{{ x }}\n", "a: [\n"]
    {
        let (facts, _) = built(&[("k/kustomization.yaml", text), ("k/a.yaml", &accounts(1))]);
        assert_eq!(facts.identities.len(), 1, "{text}");
    }
}

#[test]
fn a_kustomization_that_names_itself_is_a_cycle() {
    let (facts, shares) =
        built(&[("kustomization.yaml", "resources: [., a.yaml]\n"), ("a.yaml", &accounts(1))]);
    assert_eq!(facts.identities.len(), 1);
    assert_eq!(notes(&facts), ["this leads back to where it came from"]);
    assert_eq!(shares.unresolved, 1);
}

#[test]
fn many_deployments_of_folders_inside_of_each_other_end() {
    let deployed = |folder: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: a}}\nspec: {{path: './{folder}', targetNamespace: x}}\n---\n"
        )
    };
    let folders: Vec<String> = (1..=300).map(|it| vec!["f"; it].join("/")).collect();
    let mut text: String = folders.iter().map(|it| deployed(it)).collect();
    text += &deployed("g").repeat(3_000);
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n";
    let deepest = folders.last().unwrap();
    let mut paths: Vec<String> = (0..400).map(|it| format!("{deepest}/{it}.yaml")).collect();
    paths.extend((0..400).map(|it| format!("g/{it}.yaml")));
    let mut files: Vec<(&str, &str)> = paths.iter().map(|it| (it.as_str(), account)).collect();
    files.push(("apps.yaml", &text));
    let start = std::time::Instant::now();
    built(&files);
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
}
