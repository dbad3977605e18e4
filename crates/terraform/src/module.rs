//! What one directory declares, found once and without evaluating anything.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use model::{FileId, Place, Source};
use syntax::{Kind, Node};

use crate::path;
use crate::project::Inputs;
use crate::terragrunt::Configuration;

/// A body together with the file it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) file: FileId,
    pub(crate) body: Node<'a>,
}

impl<'a> Part<'a> {
    /// All of a file.
    fn of_file(source: &Source<'a>) -> Option<Self> {
        Some(Self { file: source.file, body: source.tree.root()? })
    }
}

/// A declared block: a resource, data source, variable, module call, provider, output.
///
/// Override files add parts; a later part wins attribute by attribute.
#[derive(Clone, Debug)]
pub(crate) struct Declaration<'a> {
    /// The first label: resource type, or the name of what has only one label.
    pub(crate) kind: &'a str,
    /// The last label.
    pub(crate) name: &'a str,
    pub(crate) block: Node<'a>,
    pub(crate) parts: Vec<Part<'a>>,
    /// The label that names it.
    pub(crate) place: Place,
    /// The whole block.
    pub(crate) region: Place,
}

impl<'a> Declaration<'a> {
    fn new(source: &Source<'a>, block: Node<'a>) -> Option<Self> {
        let body = block.body()?;
        let labels: Vec<_> = block.labels().collect();
        let name = labels.last().copied();
        let named = name.map_or(block.key_span(), Node::span);
        Some(Self {
            kind: labels.first().and_then(|it| it.text()).unwrap_or(""),
            name: name.and_then(Node::text).unwrap_or(""),
            block,
            parts: vec![Part { file: source.file, body }],
            place: source.place(named),
            region: source.place(block.span()),
        })
    }

    /// The file of the block itself.
    pub(crate) fn file(&self) -> FileId {
        self.region.file
    }

    /// The label that says what it is.
    pub(crate) fn kind_place(&self) -> Place {
        // What a plan records is an object.
        let label = self.block.labels().next().or_else(|| self.block.get("type"));
        let label = label.map_or(self.block.key_span(), Node::span);
        Place::new(self.file(), label)
    }

    /// True for a resource that leaves nothing in state.
    pub(crate) fn is_ephemeral(&self) -> bool {
        self.block.key() == Some("ephemeral")
    }

    /// The expression of an attribute and its file.
    pub(crate) fn attribute(&self, name: &str) -> Option<(FileId, Node<'a>)> {
        self.parts.iter().rev().find_map(|it| it.body.get(name).map(|node| (it.file, node)))
    }

    /// The text of an attribute that is a plain string.
    pub(crate) fn literal(&self, name: &str) -> Option<&'a str> {
        self.attribute(name).and_then(|(_, node)| node.as_str())
    }
}

type Named<'a> = BTreeMap<&'a str, Declaration<'a>>;

/// One directory.
#[derive(Debug, Default)]
pub(crate) struct Module<'a> {
    /// Path of the directory; empty for the workspace root.
    pub(crate) folder: &'a str,
    /// Every file, in path order.
    pub(crate) sources: Vec<Source<'a>>,
    /// What input variables are when nobody calls the module; the last one wins.
    pub(crate) values: Vec<Part<'a>>,
    /// Set when this is no directory but a configuration of Terragrunt.
    pub(crate) configuration: Option<Configuration<'a>>,
    /// It is named as a root module, whoever else calls it.
    pub(crate) is_root: bool,
    pub(crate) variables: Named<'a>,
    pub(crate) locals: BTreeMap<&'a str, Part<'a>>,
    /// By type, then by name.
    pub(crate) resources: BTreeMap<&'a str, Named<'a>>,
    pub(crate) data: BTreeMap<&'a str, Named<'a>>,
    /// Resources that exist only while Terraform runs, and leave nothing in state.
    pub(crate) ephemeral: BTreeMap<&'a str, Named<'a>>,
    pub(crate) calls: Named<'a>,
    pub(crate) outputs: Named<'a>,
    pub(crate) providers: Vec<Declaration<'a>>,
    /// `terraform` blocks.
    pub(crate) settings: Vec<Declaration<'a>>,
    /// `removed` blocks: what is declared no longer.
    pub(crate) removed: Vec<Declaration<'a>>,
    /// Told once the module is complete, and then asked for each of its resources.
    pub(crate) reusable: OnceLock<bool>,
}

/// What a file of a directory is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Configuration,
    Override,
    Values,
    Other,
}

fn role(name: &str) -> Role {
    let stem = [".tf.json", ".tofu.json", ".tf", ".tofu"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix));
    match stem {
        Some(stem) if stem == "override" || stem.ends_with("_override") => Role::Override,
        Some(_) => Role::Configuration,
        None if is_loaded_values(name) => Role::Values,
        None => Role::Other,
    }
}

fn is_loaded_values(name: &str) -> bool {
    let plain = name.strip_suffix(".json").unwrap_or(name);
    plain == "terraform.tfvars" || plain.ends_with(".auto.tfvars")
}

impl<'a> Module<'a> {
    /// Indexes the files of one directory, given in path order.
    pub(crate) fn new(folder: &'a str, sources: Vec<Source<'a>>) -> Self {
        let mut module = Self { folder, ..Self::default() };
        for wanted in [Role::Configuration, Role::Override] {
            for source in sources.iter().filter(|it| role(path::name(it.path)) == wanted) {
                // OpenTofu reads `x.tofu` in place of `x.tf`.
                if !replaced(source.path, &sources) {
                    module.read(source);
                }
            }
        }
        let values = sources.iter().filter(|it| role(path::name(it.path)) == Role::Values);
        let mut values: Vec<&Source<'a>> = values.collect();
        // `terraform.tfvars` is loaded before every `*.auto.tfvars`.
        values.sort_by_key(|it| path::name(it.path).contains(".auto."));
        module.values = values.into_iter().filter_map(Part::of_file).collect();
        module.sources = sources;
        module
    }

    /// A configuration of Terragrunt, with the files that it generates.
    pub(crate) fn of_configuration(source: Source<'a>, generated: &[Source<'a>]) -> Self {
        let folder = path::folder(source.path);
        let mut module = Self { folder, ..Self::default() };
        module.configuration = Configuration::new(source);
        let root = module.configuration.as_ref().map(|it| it.root);
        for block in root.into_iter().flat_map(|it| it.blocks("locals")) {
            module.read_locals(&source, block);
        }
        let mut written = Self::default();
        generated.iter().for_each(|it| written.read(it));
        module.providers = written.providers;
        module.settings = written.settings;
        module.sources = std::iter::once(source).chain(generated.iter().copied()).collect();
        module
    }

    /// Adds the values that are meant for this directory.
    pub(crate) fn with_inputs(mut self, inputs: &[Inputs<'a>]) -> Self {
        let (all, own): (Vec<_>, Vec<_>) = inputs
            .iter()
            .filter(|it| it.folder.is_none_or(|folder| folder == self.folder))
            .partition(|it| it.folder.is_none());
        self.is_root |= !own.is_empty();
        let given = || all.iter().chain(&own);
        let variables = given().filter_map(|it| it.variables);
        let variables = variables.map(|(file, body)| Part { file, body });
        let files = given().flat_map(|it| &it.files).filter_map(Part::of_file);
        self.values = variables.chain(self.values).chain(files).collect();
        self
    }

    /// True when a resource (`type.name`) or module call (`module.name`) is declared here.
    pub(crate) fn declares(&self, address: &str) -> bool {
        match address.split_once('.') {
            Some(("module", name)) => self.calls.contains_key(name),
            Some((kind, name)) => self.resources.get(kind).is_some_and(|it| it.contains_key(name)),
            None => false,
        }
    }

    /// True when the directory holds configuration and not only other files.
    pub(crate) fn is_configuration(&self) -> bool {
        self.sources.iter().any(|it| role(path::name(it.path)) <= Role::Override)
    }

    /// True when nothing here says that this is where Terraform is run: its inputs, and the
    /// providers it is given, are somebody else's.
    pub(crate) fn is_reusable(&self) -> bool {
        *self.reusable.get_or_init(|| self.looks_reusable())
    }

    fn looks_reusable(&self) -> bool {
        let runs = |it: &Declaration<'_>| {
            it.block.blocks("backend").next().is_some() || it.block.blocks("cloud").next().is_some()
        };
        let loaded = |it: &Source<'_>| role(path::name(it.path)) == Role::Values;
        !self.variables.is_empty()
            && !self.is_root
            && self.providers.is_empty()
            && !self.sources.iter().any(loaded)
            && !self.settings.iter().any(runs)
    }

    fn read(&mut self, source: &Source<'a>) {
        let Some(root) = source.tree.root() else { return };
        for block in root.children().filter(|it| it.kind() == Kind::Block) {
            match block.key().unwrap_or("") {
                "locals" => self.read_locals(source, block),
                kind => {
                    if let Some(declaration) = Declaration::new(source, block) {
                        self.add(kind, declaration);
                    }
                }
            }
        }
    }

    fn read_locals(&mut self, source: &Source<'a>, block: Node<'a>) {
        let Some(body) = block.body() else { return };
        for (name, node) in body.keyed_nodes() {
            self.locals.insert(name, Part { file: source.file, body: node });
        }
    }

    fn add(&mut self, kind: &str, declaration: Declaration<'a>) {
        match kind {
            "resource" => insert(self.resources.entry(declaration.kind).or_default(), declaration),
            "ephemeral" => insert(self.ephemeral.entry(declaration.kind).or_default(), declaration),
            "data" => insert(self.data.entry(declaration.kind).or_default(), declaration),
            "variable" => insert(&mut self.variables, declaration),
            "module" => insert(&mut self.calls, declaration),
            "output" => insert(&mut self.outputs, declaration),
            "provider" => self.providers.push(declaration),
            "terraform" => self.settings.push(declaration),
            "removed" => self.removed.push(declaration),
            _ => {}
        }
    }
}

/// Adds a declaration, or its body as an override of an earlier one.
fn insert<'a>(map: &mut Named<'a>, declaration: Declaration<'a>) {
    match map.get_mut(declaration.name) {
        Some(first) => first.parts.extend(declaration.parts),
        None => {
            map.insert(declaration.name, declaration);
        }
    }
}

fn replaced(path: &str, sources: &[Source<'_>]) -> bool {
    let other = match path.strip_suffix(".tf") {
        Some(stem) => format!("{stem}.tofu"),
        None => match path.strip_suffix(".tf.json") {
            Some(stem) => format!("{stem}.tofu.json"),
            None => return false,
        },
    };
    sources.iter().any(|it| it.path == other)
}
