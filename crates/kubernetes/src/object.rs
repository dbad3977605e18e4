//! One file into objects: documents, lists, and what each object says about itself.

use std::cell::OnceCell;
use std::sync::Arc;

use model::{
    Credential, FileId, Knowledge, Manifest, Note, NoteKind, OwnerSource, Ownership, Party, Place,
    Resource, Source, Sourced, Value,
};
use syntax::{Kind, Node, Span};

use crate::account::{Account, NamespaceOwner};
use crate::aws_iam;
use crate::cluster_file;
use crate::credential::{self, Home};
use crate::custom;
use crate::deployer::Deployer;
use crate::detect;
use crate::document::Document;
use crate::kinds::{self, Lower, Reading};
use crate::load::{self, Found, Loader};
use crate::locality::Site;
use crate::page::Page;
use crate::rbac::{Binding, Role};
use crate::secret_data::Issued;
use crate::template;
use crate::term::{self, Term};
use crate::values;
use crate::workload::Workload;

/// What to produce.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Also yield every object as a raw resource, for rules of users' own.
    pub collect_resources: bool,
    /// The day on which the analysis runs, by which a bootstrap token may have ended; nothing
    /// here asks the clock.
    pub today: Option<model::Date>,
}

/// How far the objects of a file could be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Objects, those inside lists too.
    pub objects: u32,
    /// Objects of kinds that say something about identities.
    pub relevant: u32,
    /// Relevant objects of which every value is known.
    pub decided: u32,
    /// Relevant objects of which some values are unknown.
    pub partly: u32,
    /// Objects whose kind a template makes.
    pub undecided: u32,
}

impl Statistics {
    /// Adds the counts of another file.
    pub fn add(&mut self, other: Self) {
        self.objects += other.objects;
        self.relevant += other.relevant;
        self.decided += other.decided;
        self.partly += other.partly;
        self.undecided += other.undecided;
    }
}

/// What one file declares; owns everything, so that the tree can be dropped.
#[derive(Debug, Default)]
pub struct Objects {
    pub(crate) file: FileId,
    pub(crate) roles: Vec<Role>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) namespaces: Vec<NamespaceOwner>,
    pub(crate) deployers: Vec<Deployer>,
    pub(crate) issued: Vec<Issued>,
    pub(crate) iam: Vec<aws_iam::Item>,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) resources: Vec<Resource>,
    /// Facts that need no joining.
    pub(crate) facts: model::Facts,
    pub(crate) notes: Vec<Note>,
    /// Some object has a controller deploy a folder.
    pub(crate) deploys: bool,
    statistics: Statistics,
}

impl Objects {
    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// No objects of a file.
    pub(crate) fn of_file(file: FileId) -> Self {
        Self { file, ..Self::default() }
    }

    /// Adds what the same file declares in another run.
    pub(crate) fn add(&mut self, other: Self) {
        let Self {
            file: _,
            roles,
            bindings,
            accounts,
            workloads,
            namespaces,
            deployers,
            issued,
            iam,
            credentials,
            resources,
            facts,
            notes,
            deploys,
            statistics,
        } = other;
        self.roles.extend(roles);
        self.bindings.extend(bindings);
        self.accounts.extend(accounts);
        self.workloads.extend(workloads);
        self.namespaces.extend(namespaces);
        self.deployers.extend(deployers);
        self.issued.extend(issued);
        self.iam.extend(iam);
        self.credentials.extend(credentials);
        self.resources.extend(resources);
        self.facts.extend(facts);
        self.notes.extend(notes);
        self.deploys |= deploys;
        self.statistics.add(statistics);
    }

    /// Adds the literals of the same file, read without running its actions: what is written in
    /// a branch that is not taken is written all the same.
    pub fn add_literals(&mut self, mut masked: Self) {
        // Values of a chart hold no objects; what they say is not said by what a template prints.
        if masked.statistics == Statistics::default() {
            self.facts.extend(std::mem::take(&mut masked.facts));
        }
        let here = self.credentials.iter().map(|it| it.place);
        let here = here.filter(|it| it.file == self.file).collect();
        self.credentials.extend(masked.literals_beyond(here));
    }

    /// The literals that lie in none of some places of the same file.
    pub(crate) fn literals_beyond(self, mut here: Vec<Place>) -> Vec<Credential> {
        here.sort_by_key(|it| it.span.start);
        // The furthest end up to each place: places may lie inside each other.
        let mut end = 0;
        let ends: Vec<u32> = here
            .iter()
            .map(|it| {
                end = it.span.end.max(end);
                end
            })
            .collect();
        let is_new = |it: &Credential| {
            let before = here.partition_point(|place| place.span.start < it.place.span.end);
            let reached = before.checked_sub(1).and_then(|it| ends.get(it));
            it.literal().is_some() && reached.is_none_or(|end| *end <= it.place.span.start)
        };
        self.credentials.into_iter().filter(is_new).collect()
    }

    /// True when an object in the file may have a controller deploy a folder of the repository.
    pub fn deploys(&self) -> bool {
        self.deploys
    }

    /// How far the file could be read.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }
}

/// Reads the objects of one file.
pub fn collect(source: &Source<'_>, options: &Options) -> Objects {
    if detect::is_values(source.path) {
        let mut objects = Objects { file: source.file, ..Objects::default() };
        values::collect(source, "the chart's values", &mut objects);
        return objects;
    }
    if let Some(tool) = cluster_file::tool(source.path, source.tree.source()) {
        let mut objects = Objects::of_file(source.file);
        cluster_file::collect(tool, source, &mut objects);
        return objects;
    }
    let template = template::is_template(source.path, source.tree.source());
    let read = collect_page(Page::plain(source), template, options);
    if !detect::is_assertion(source.path) {
        return read;
    }
    // What a test expects is nobody's right; a credential in it lies open all the same.
    let Objects { file, mut credentials, notes, statistics, .. } = read;
    credentials.retain(|it| it.literal().is_some());
    Objects { file, credentials, notes, statistics, ..Objects::default() }
}

/// Reads the objects of a page; `template` says that a template action is left in it.
pub(crate) fn collect_page(page: Page<'_>, template: bool, options: &Options) -> Objects {
    let mut reader = Reader {
        page,
        options,
        template,
        loader: Loader::new(page, template),
        objects: Objects { file: page.file, ..Objects::default() },
        site: Site::of(page.path),
    };
    for document in page.tree.documents() {
        reader.node(document, None, 0);
    }
    reader.finish()
}

struct Reader<'a> {
    page: Page<'a>,
    options: &'a Options,
    template: bool,
    loader: Loader<'a>,
    objects: Objects,
    /// Where all of them stand.
    site: Site,
}

/// Lists inside lists that are followed; kubectl writes none.
const LIST_DEPTH: u32 = 4;

impl Reader<'_> {
    /// A document, or an item of a list of things of one class.
    fn node(&mut self, node: Node<'_>, class: Option<&Class>, depth: u32) {
        let node = node.resolved();
        if node.kind() == Kind::Map {
            for document in Document::split(node, self.template) {
                self.document(document, class, depth);
            }
        }
    }

    fn document(&mut self, document: Document<'_>, of_list: Option<&Class>, depth: u32) {
        let (class, kind) = match (document.get("kind"), document.get("apiVersion"), of_list) {
            (Some(kind), Some(_), _) => (Class::read(document), kind.span()),
            // The API server takes what a `RoleList` holds for roles.
            (None, None, Some(class)) => (class.clone(), document.span()),
            _ => return,
        };
        let items = document.get("items").filter(|it| it.kind() == Kind::Seq);
        if let Some(items) = items
            && let Some(of) = class.kind.as_deref().and_then(|it| it.strip_suffix("List"))
            && depth < LIST_DEPTH
        {
            let class = (!of.is_empty()).then(|| Class { kind: Some(of.into()), ..class.clone() });
            items.children().for_each(|it| self.node(it, class.as_ref(), depth + 1));
            return;
        }
        // A template of OpenShift makes all of its objects together.
        let made = document.get("objects").filter(|it| it.kind() == Kind::Seq);
        if let Some(made) = made.filter(|_| class.is("Template") && depth < LIST_DEPTH) {
            made.children().for_each(|it| self.node(it, None, depth + 1));
        }
        self.objects.statistics.objects += 1;
        if class.kind.is_none() {
            self.objects.statistics.undecided += 1;
        }
        let raw = self.options.collect_resources && !class.is("CustomResourceDefinition");
        let is_written = !self.template && !self.page.is_printed();
        let lower = match kinds::find(&class, document) {
            None if !raw => return,
            None => None,
            Some(Reading::Known(lower)) => Some(lower),
            // Nearly all of these hold nothing, and need no values.
            Some(Reading::Search) if !raw && is_written && custom::holds_nothing(document) => {
                return self.count(true);
            }
            Some(Reading::Search) => Some(custom::lower as Lower),
        };
        let before = self.loader.unknowns();
        let value = self.loader.document(document);
        let number = self.objects.statistics.objects;
        let kind = self.page.site(kind);
        let site = self.site.clone();
        let mut object = Object::new(self.page, class, value, kind, number, site);
        object.today = self.options.today;
        object.is_written = is_written;
        if let Some(lower) = lower {
            let credentials = self.objects.credentials.len();
            lower(&object, &mut self.objects);
            if is_encrypted(&object.value) {
                let found = self.objects.credentials.iter_mut().skip(credentials);
                found.for_each(credential::beside_encryption);
            }
            self.count(self.loader.unknowns() == before);
        }
        if raw {
            self.objects.resources.push(object.into_resource());
        }
    }

    fn count(&mut self, decided: bool) {
        let statistics = &mut self.objects.statistics;
        statistics.relevant += 1;
        *(if decided { &mut statistics.decided } else { &mut statistics.partly }) += 1;
    }

    fn finish(mut self) -> Objects {
        if self.loader.exhausted() {
            self.objects.notes.push(Note {
                kind: NoteKind::Limit,
                place: Place::new(self.page.file, Span::default()),
                message: "aliases unfold to more values than are read; the rest is unknown"
                    .to_owned(),
            });
        }
        let source: &str = self.page.tree.source();
        let own = |file| (file == self.page.file).then_some(source);
        secrets::complete_repairs(&mut self.objects.credentials, own);
        self.objects
    }
}

/// True when SOPS encrypts the values of a document one by one.
pub(crate) fn is_encrypted(value: &Value) -> bool {
    matches!(Found::at(value, &["sops", "mac"]), Found::Here(_))
}

/// What an object is. `None` is unknown: a template writes it.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    /// The API group; empty for the core group.
    pub(crate) group: Option<Arc<str>>,
    /// The kind.
    pub(crate) kind: Option<Arc<str>>,
}

impl Class {
    fn read(document: Document<'_>) -> Self {
        let group = document
            .text("apiVersion")
            .map(|it| it.rsplit_once('/').map_or("", |(group, _)| group).into());
        Self { group, kind: document.text("kind").map(Into::into) }
    }

    /// What a value says it is.
    fn of_value(object: &Value) -> Self {
        let text = |key: &str| Found::at(object, &[key]).value().and_then(Value::as_text);
        let group =
            text("apiVersion").map(|it| it.rsplit_once('/').map_or("", |(group, _)| group).into());
        Self { group, kind: text("kind").map(Into::into) }
    }

    /// True when the group is one of these, or may be; no groups are all.
    pub(crate) fn fits(&self, groups: &[&str]) -> bool {
        self.group.as_deref().is_none_or(|it| groups.is_empty() || groups.contains(&it))
    }

    /// True when the kind is known to be this.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    /// The kind for people; `?` when a template writes it.
    pub(crate) fn kind_text(&self) -> &str {
        self.kind.as_deref().unwrap_or("?")
    }
}

/// An object of a manifest.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    pub(crate) page: Page<'a>,
    pub(crate) class: Class,
    pub(crate) value: Value,
    pub(crate) name: Term,
    pub(crate) namespace: Term,
    pub(crate) site: Site,
    /// The scope of its addresses: its unit, or itself when its name does not tell it from
    /// others there.
    scope: Arc<str>,
    /// Its address when another language gives it one.
    foreign: Option<Arc<str>>,
    /// Whom its annotations mean by reference.
    pub(crate) cloud: &'a [(&'static str, Sourced<Party>)],
    /// The day of the analysis.
    pub(crate) today: Option<model::Date>,
    /// True when it stands in its file as it is read: nothing prints or fills it in.
    pub(crate) is_written: bool,
    /// The name, or the kind when there is none.
    pub(crate) place: Place,
    pub(crate) region: Place,
    /// Made when the first credential is found.
    home: OnceCell<Home>,
}

impl<'a> Object<'a> {
    /// `number` counts the objects of the file.
    fn new(
        page: Page<'a>,
        class: Class,
        value: Value,
        kind: Place,
        number: u32,
        site: Site,
    ) -> Self {
        let meta = |key: &str| Found::at(&value, &["metadata", key]);
        let read = |found: Found<'_>| match found {
            Found::Here(it) => Term::read(Some(it), page),
            Found::Maybe(_) => Term::unknown(),
            Found::Nowhere => Term::Absent,
        };
        let name = read(meta("name"));
        // Cluster-wide kinds have none, whatever is written.
        let cluster_wide = [
            "ClusterRole",
            "ClusterRoleBinding",
            "Namespace",
            "ClusterSecretStore",
            "ClusterIssuer",
        ];
        let namespace = match cluster_wide.iter().any(|it| class.is(it)) {
            true => Term::Absent,
            false => read(meta("namespace")),
        };
        let place = meta("name").value().map_or(kind, |it| page.nearest(&it.origin, kind));
        let region = value.origin.place;
        let scope = match name.key() {
            Some(_) => Arc::clone(&site.unit),
            None => format!("{}#{number}", page.path).into(),
        };
        Self {
            page,
            class,
            value,
            name,
            namespace,
            site,
            scope,
            foreign: None,
            cloud: &[],
            today: None,
            is_written: false,
            place,
            region,
            home: OnceCell::new(),
        }
    }

    /// It as what holds credentials.
    pub(crate) fn home(&self) -> &Home {
        self.home.get_or_init(|| {
            let kind = self.class.kind_text();
            let taker = match self.name {
                Term::Absent => kind.to_owned(),
                _ => format!("{kind} {}", self.name),
            };
            Home { address: self.scoped(self.address()), taker }
        })
    }

    /// An object that another language holds.
    pub(crate) fn foreign(page: Page<'a>, manifest: &'a Manifest) -> Self {
        let value = manifest.object.clone();
        let class = Class::of_value(&value);
        let site = Site { unit: Arc::clone(&manifest.address.scope) };
        Self {
            scope: Arc::clone(&manifest.address.scope),
            foreign: Some(Arc::clone(&manifest.address.name)),
            cloud: &manifest.cloud,
            place: manifest.place,
            region: manifest.region,
            ..Self::new(page, class, value, manifest.place, 0, site)
        }
    }

    /// An object that a kustomization built, in the scope of `unit`; `kind` is where its kind is
    /// written, and `number` counts the objects of the build.
    pub(crate) fn built(
        page: Page<'a>,
        value: Value,
        kind: Place,
        unit: &Arc<str>,
        number: u32,
    ) -> Self {
        let class = Class::of_value(&value);
        let site = Site { unit: Arc::clone(unit) };
        let object = Self::new(page, class, value, kind, number, site);
        let scope = match object.name.key() {
            Some(_) => Arc::clone(unit),
            None => format!("{unit}#{number}").into(),
        };
        Self { scope, ..object }
    }

    /// The value under a path of keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Found<'_> {
        Found::at(&self.value, keys)
    }

    /// `prod/Role/reader`, for things inside it with a suffix.
    pub(crate) fn address(&self) -> String {
        if let Some(name) = &self.foreign {
            return name.to_string();
        }
        term::address(&self.namespace, self.class.kind_text(), &self.name)
    }

    /// An address in the scope of this object.
    pub(crate) fn scoped(&self, name: impl Into<Arc<str>>) -> model::Address {
        model::Address::new(Arc::clone(&self.scope), name)
    }

    /// The known entries of `metadata.labels` or `metadata.annotations`.
    pub(crate) fn metadata(&self, key: &str) -> impl Iterator<Item = (&str, &Value)> {
        let map = self.at(&["metadata", key]).value();
        map.into_iter().flat_map(load::listed).map(|it| (&*it.key, &it.value))
    }

    /// A known annotation.
    pub(crate) fn annotation(&self, key: &str) -> Option<Sourced<String>> {
        self.at(&["metadata", "annotations", key]).to_text().known().cloned()
    }

    /// Who answers for it, as its own labels and annotations say.
    pub(crate) fn ownership(&self) -> Ownership {
        self.ownership_under(&self.value)
    }

    /// The same for a pod template inside it.
    pub(crate) fn ownership_under(&self, holder: &Value) -> Ownership {
        match Found::at(holder, &["metadata"]) {
            Found::Here(metadata) => self.ownership_in(metadata),
            Found::Maybe(place) => Ownership::unknown(place, ARGUMENT),
            Found::Nowhere => Ownership::absent(ARGUMENT),
        }
    }

    /// The same for labels and annotations that stand somewhere else.
    pub(crate) fn ownership_in(&self, metadata: &Value) -> Ownership {
        let labels = owner_in(metadata, "labels", OwnerSource::Label);
        let annotations = owner_in(metadata, "annotations", OwnerSource::Annotation);
        labels.or(annotations)
    }

    pub(crate) fn into_resource(self) -> Resource {
        Resource {
            kind: self.class.kind_text().to_owned(),
            address: self.scoped(self.address()),
            place: self.place,
            region: self.region,
            attributes: self.value,
        }
    }
}

/// Where an owner can be written.
const ARGUMENT: &str = "metadata.labels.owner";

fn owner_in(metadata: &Value, key: &str, source: OwnerSource) -> Ownership {
    let map = match Found::at(metadata, &[key]) {
        Found::Here(map) => map,
        Found::Maybe(place) => {
            return Ownership::unknown(place, ARGUMENT);
        }
        Found::Nowhere => return Ownership::absent(ARGUMENT),
    };
    let pairs: Vec<_> = load::listed(map).map(|it| (it.key.as_ref(), it.value.to_text())).collect();
    let mut found =
        Ownership::from_pairs(pairs.iter().map(|(key, text)| (*key, text)), source, ARGUMENT);
    if found.owner.is_absent() && load::is_open(map) {
        found.owner = Knowledge::Unknown(map.origin.place);
    }
    if found.review.is_absent() && load::is_open(map) {
        found.review = Knowledge::Unknown(map.origin.place);
    }
    found
}
