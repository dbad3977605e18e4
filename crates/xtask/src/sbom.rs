//! What the program is made of, as a CycloneDX document.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::repository;

/// A package that is compiled into the program.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    name: String,
    version: String,
    licence: Option<String>,
    /// SHA-256 of the package as its registry holds it.
    sum: Option<String>,
    /// Names with versions, as [`Part::reference`] writes them.
    needs: Vec<String>,
    /// It is part of this workspace.
    own: bool,
}

impl Part {
    /// The name of a package in the field's common form.
    fn reference(&self) -> String {
        purl(&self.name, &self.version)
    }
}

fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}

/// The packages that the program is linked from, without those that only tests or builds need.
/// `metadata` is what `cargo metadata` prints.
pub(crate) fn parts(metadata: &Value) -> Result<Vec<Part>> {
    let packages = by_id(&metadata["packages"])?;
    let nodes = by_id(&metadata["resolve"]["nodes"])?;
    let sums = sums(&repository::read("Cargo.lock")?)?;
    let program = packages.iter().find(|(_, it)| it["name"] == "nhilint");
    let mut waiting = vec![program.context("no nhilint")?.0.clone()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut parts = Vec::new();
    while let Some(id) = waiting.pop() {
        let package = packages.get(&id).context("a package is not listed")?;
        let mut needs = Vec::new();
        for other in nodes.get(&id).map(|it| linked(it)).unwrap_or_default() {
            let it = packages.get(&other).context("a dependency is not listed")?;
            needs.push(purl(text(it, "name")?, text(it, "version")?));
            if seen.insert(other.clone()) {
                waiting.push(other);
            }
        }
        needs.sort();
        let (name, version) =
            (text(package, "name")?.to_owned(), text(package, "version")?.to_owned());
        let sum = sums.get(&(name.clone(), version.clone())).cloned();
        let licence = package["license"].as_str().map(|it| it.replace('/', " OR "));
        parts.push(Part { own: package["source"].is_null(), name, version, licence, sum, needs });
    }
    parts.sort();
    Ok(parts)
}

fn by_id(list: &Value) -> Result<BTreeMap<String, &Value>> {
    let list = list.as_array().context("cargo metadata lacks a list")?;
    list.iter().map(|it| Ok((text(it, "id")?.to_owned(), it))).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("cargo metadata lacks `{key}`"))
}

/// The dependencies of a node that are neither for tests nor for build scripts.
fn linked(node: &Value) -> Vec<String> {
    let dependencies = node["deps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let normal = |it: &&Value| {
        it["dep_kinds"].as_array().is_some_and(|it| it.iter().any(|it| it["kind"].is_null()))
    };
    dependencies
        .iter()
        .filter(normal)
        .filter_map(|it| Some(it["pkg"].as_str()?.to_owned()))
        .collect()
}

fn sums(lock: &str) -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock")?;
    let packages =
        lock.get("package").and_then(|it| it.as_array()).context("Cargo.lock is empty")?;
    let entry = |it: &toml::Value| {
        let of = |key: &str| Some(it.get(key)?.as_str()?.to_owned());
        Some(((of("name")?, of("version")?), of("checksum")?))
    };
    Ok(packages.iter().filter_map(entry).collect())
}

/// The document, in the form of CycloneDX 1.5. It has no date, so that the same program has the
/// same document.
pub(crate) fn cyclonedx(parts: &[Part]) -> Result<String> {
    let component = |it: &Part| {
        let mut component = json!({
            "type": if it.name == "nhilint" { "application" } else { "library" },
            "bom-ref": it.reference(),
            "name": it.name,
            "version": it.version,
            "scope": "required",
        });
        if !it.own {
            component["purl"] = json!(it.reference());
        }
        if let Some(licence) = &it.licence {
            component["licenses"] = json!([{ "expression": licence }]);
        }
        if let Some(sum) = &it.sum {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
        }
        component
    };
    let others = parts.iter().filter(|it| it.name != "nhilint");
    let mut root = component(parts.iter().find(|it| it.name == "nhilint").context("no nhilint")?);
    if let Some(root) = root.as_object_mut() {
        root.remove("scope");
    }
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": root },
        "components": others.map(component).collect::<Vec<_>>(),
        "dependencies": parts
            .iter()
            .map(|it| json!({ "ref": it.reference(), "dependsOn": it.needs }))
            .collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_listed_with_its_checksum() {
        let metadata = json!({
            "packages": [
                { "id": "a", "name": "nhilint", "version": "1.0.0", "license": "MIT", "source": null },
                { "id": "b", "name": "memchr", "version": "0.0.1", "license": "MIT/Unlicense", "source": "r" },
                { "id": "c", "name": "insta", "version": "0.0.1", "license": "MIT", "source": "r" },
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [
                    { "pkg": "b", "dep_kinds": [{ "kind": null }] },
                    { "pkg": "c", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "b", "deps": [] },
                { "id": "c", "deps": [] },
            ] },
        });
        let parts = parts(&metadata).unwrap();
        let names: Vec<&str> = parts.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["memchr", "nhilint"]);
        let document: Value = serde_json::from_str(&cyclonedx(&parts).unwrap()).unwrap();
        let memchr = &document["components"][0];
        assert_eq!(memchr["licenses"][0]["expression"], "MIT OR Unlicense");
        assert_eq!(memchr["purl"], "pkg:cargo/memchr@0.0.1");
        assert_eq!(document["dependencies"][1]["dependsOn"][0], "pkg:cargo/memchr@0.0.1");
        assert!(document["metadata"]["component"]["purl"].is_null());
    }

    #[test]
    fn checksums_come_from_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\nchecksum = \"ff\"\n\n[[package]]\nname = \"b\"\nversion = \"1\"\n";
        let sums = sums(lock).unwrap();
        assert_eq!(sums.get(&("a".to_owned(), "1".to_owned())).unwrap(), "ff");
        assert_eq!(sums.len(), 1);
    }
}
