//! What `nhilint.toml` says input variables of Terraform are.
//!
//! Nothing comes from the environment: a result must not depend on whose machine it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{FileId, Source};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use syntax::{Language, Limits, Node, Tree};
use toml::Spanned;

use crate::analyze::{FrontEnd, InputFile, Prepared};
use crate::reader::Reader;

/// How Terraform is run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct RawTerraform {
    /// Variables files for every root module, as `-var-file` takes them; the last one wins.
    /// Paths start from the folder of this file.
    #[schemars(with = "Vec<String>")]
    pub(crate) var_files: Vec<Spanned<String>>,
    /// Values of input variables for every root module, as `TF_VAR_…` gives them. Variables
    /// files win over them.
    #[schemars(schema_with = "table_schema")]
    pub(crate) variables: BTreeMap<Spanned<String>, toml::Value>,
    /// Root modules with values of their own, which win over the values for all.
    pub(crate) root: Vec<RawRoot>,
}

/// A root module.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawRoot {
    /// Its folder, from the folder of this file.
    #[schemars(with = "String")]
    pub(crate) path: Spanned<String>,
    /// Variables files, as `-var-file` takes them; the last one wins. Paths start from the
    /// folder of this file.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) var_files: Vec<Spanned<String>>,
    /// Values of input variables, as `TF_VAR_…` gives them.
    #[serde(default)]
    #[schemars(schema_with = "table_schema")]
    pub(crate) variables: BTreeMap<Spanned<String>, toml::Value>,
}

fn table_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

/// A path of the configuration: from the workspace root, and where it is written.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) path: Arc<str>,
    pub(crate) written: std::ops::Range<usize>,
}

/// Values for every root module, or for one.
#[derive(Clone, Debug)]
pub(crate) struct ConfiguredInputs {
    /// The folder of the one.
    pub(crate) folder: Option<Named>,
    /// Its variables files.
    pub(crate) files: Vec<Named>,
    /// Which `[[terraform.root]]` it is.
    index: Option<usize>,
}

impl RawTerraform {
    /// The names that are no names of variables.
    pub(crate) fn bad_names(&self) -> impl Iterator<Item = &Spanned<String>> {
        let own = self.root.iter().map(|it| &it.variables);
        let names = std::iter::once(&self.variables).chain(own).flat_map(BTreeMap::keys);
        names.filter(|it| !is_name(it.get_ref()))
    }

    /// The inputs, with `resolve` for paths.
    pub(crate) fn accept<E>(
        &self,
        resolve: impl Fn(&Spanned<String>) -> Result<Named, E>,
    ) -> Result<Vec<ConfiguredInputs>, E> {
        let files = |all: &[Spanned<String>]| all.iter().map(&resolve).collect::<Result<_, E>>();
        let mut inputs = Vec::new();
        if !self.var_files.is_empty() || !self.variables.is_empty() {
            inputs.push(ConfiguredInputs {
                folder: None,
                files: files(&self.var_files)?,
                index: None,
            });
        }
        for (index, root) in self.root.iter().enumerate() {
            inputs.push(ConfiguredInputs {
                folder: Some(resolve(&root.path)?),
                files: files(&root.var_files)?,
                index: Some(index),
            });
        }
        Ok(inputs)
    }
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let starts = characters.next().is_some_and(|it| it.is_alphabetic() || it == '_');
    starts && characters.all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
}

/// Makes sure that the variables files are among the files and read as such, whatever they are
/// called and wherever they lie.
pub(crate) fn add_files(
    inputs: &[ConfiguredInputs],
    reader: Option<&Reader>,
    limits: &Limits,
    files: &mut Vec<Prepared>,
) {
    for named in inputs.iter().flat_map(|it| &it.files) {
        let known = files.iter_mut().find(|it| it.input.path == named.path);
        match known {
            Some(it) if matches!(it.format, Some((FrontEnd::Terraform, _))) => {}
            Some(it) => *it = variables_file(it.input.clone(), limits),
            None => {
                let Some(text) = reader.and_then(|it| it.read(&named.path)) else { continue };
                let input = InputFile { path: Arc::clone(&named.path), text };
                files.push(variables_file(input, limits));
            }
        }
    }
}

/// Terraform goes by the ending of the name only.
fn variables_file(input: InputFile, limits: &Limits) -> Prepared {
    let json = input.path.ends_with(".json");
    let language = if json { Language::Json } else { Language::Hcl };
    let tree = Arc::new(syntax::parse(Arc::clone(&input.text), language, limits));
    Prepared {
        input,
        format: Some((FrontEnd::Terraform, language)),
        tree: Some(tree),
        archive: None,
    }
}

/// The inputs as the evaluation takes them. `file` is the configuration and `tree` its text.
pub(crate) fn resolved<'a>(
    inputs: &'a [ConfiguredInputs],
    file: FileId,
    tree: &'a Tree,
    sources: &[Source<'a>],
) -> Vec<terraform::Inputs<'a>> {
    let section = tree.root().and_then(|it| it.get("terraform"));
    let table = |index: Option<usize>| -> Option<Node<'a>> {
        match index {
            None => section?.get("variables"),
            Some(index) => section?.get("root")?.child(index)?.get("variables"),
        }
    };
    let source = |named: &Named| sources.iter().find(|it| *it.path == *named.path).copied();
    inputs
        .iter()
        .map(|it| terraform::Inputs {
            folder: it.folder.as_ref().map(|it| &*it.path),
            variables: table(it.index).map(|node| (file, node)),
            files: it.files.iter().filter_map(source).collect(),
        })
        .collect()
}
