//! Everything that was learned from the files of one analysis.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::credential::Credential;
use crate::exposure::Exposure;
use crate::grant::Grant;
use crate::guard::Guard;
use crate::identity::{Address, Identity, Use};
use crate::manifest::Manifest;
use crate::place::{FileId, Place};
use crate::policy_document::PolicyDocument;
use crate::resource::Resource;
use crate::tool_server::ToolServer;
use crate::trust::Trust;

/// Facts, each kind in source order.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Who can act.
    pub identities: Vec<Identity>,
    /// What they prove themselves with.
    pub credentials: Vec<Credential>,
    /// Where credentials lie open without being written out.
    pub exposures: Vec<Exposure>,
    /// What they may do.
    pub grants: Vec<Grant>,
    /// Who may become them.
    pub trusts: Vec<Trust>,
    /// Who runs as, calls or hands something to whom.
    pub uses: Vec<Use>,
    /// Tool endpoints of agents.
    pub tool_servers: Vec<ToolServer>,
    /// What holds agents back.
    pub guards: Vec<Guard>,
    /// Where what is declared once is put to use, when that happens more than once.
    pub calls: Vec<Call>,
    /// Where what is written elsewhere is brought in as a whole.
    pub overlays: Vec<Overlay>,
    /// What one fact stands for besides its own address: the fact's address, and that of an
    /// equal one which another call made.
    pub twins: Vec<(Address, Address)>,
    /// Files that are taken in and that nobody here edits: copies of fetched modules. What is
    /// wrong in them is reported at the call.
    pub outside: BTreeSet<FileId>,
    /// Of these, the files of archives, with what brings each archive in.
    pub packed: BTreeMap<FileId, Import>,
    /// Kubernetes objects in files of other languages, for whoever reads Kubernetes. Once they
    /// are read this is empty.
    pub manifests: Vec<Manifest>,
    /// Policies of AWS in files of other languages, for whoever reads those. Once they are read
    /// this is empty.
    pub policies: Vec<PolicyDocument>,
    /// Raw declarations; only collected when something asks for them.
    pub resources: Vec<Resource>,
    /// What was not understood, and why.
    pub notes: Vec<Note>,
    /// Text that no output may show, although no credential is known to stand there: what a
    /// plan or state marks as sensitive. Sorted within a file.
    pub hidden: Vec<Place>,
}

/// A use of something reusable: a call of a module. Every fact whose address continues this
/// one came to be through it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// `module.ci`, `module.ci.module.role["x"]`.
    pub address: Address,
    /// The name in the call.
    pub place: Place,
}

/// A file that is brought in from elsewhere and deployed from a folder: a base below an overlay.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Overlay {
    /// The folder, which is the scope of the addresses of all that it deploys.
    pub scope: Arc<str>,
    /// The file that is brought in.
    pub file: FileId,
    /// The line that brings it in.
    pub place: Place,
}

/// What brings an archive in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The name of what is inside, as the line calls it.
    pub name: Arc<str>,
    /// The line that a person edits: a dependency, the chart of a release.
    pub place: Place,
}

/// Something that a front end could not take in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// Why.
    pub kind: NoteKind,
    /// Where.
    pub place: Place,
    /// In one line, without text from the file.
    pub message: String,
}

/// Why something was not taken in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoteKind {
    /// A limit was reached.
    Limit,
    /// A cycle was cut.
    Cycle,
    /// Something outside the workspace is needed (a remote module).
    Outside,
    /// A form that nhilint does not read.
    Unsupported,
}

impl Facts {
    /// Adds the facts of another part of the workspace.
    pub fn extend(&mut self, other: Self) {
        self.identities.extend(other.identities);
        self.credentials.extend(other.credentials);
        self.exposures.extend(other.exposures);
        self.grants.extend(other.grants);
        self.trusts.extend(other.trusts);
        self.uses.extend(other.uses);
        self.tool_servers.extend(other.tool_servers);
        self.guards.extend(other.guards);
        self.calls.extend(other.calls);
        self.overlays.extend(other.overlays);
        self.twins.extend(other.twins);
        self.outside.extend(other.outside);
        self.packed.extend(other.packed);
        self.manifests.extend(other.manifests);
        self.policies.extend(other.policies);
        self.resources.extend(other.resources);
        self.notes.extend(other.notes);
        self.hidden.extend(other.hidden);
    }
}
