//! Terraform and OpenTofu: evaluates root modules and lowers them to facts.
//!
//! [`Project`] takes every parsed Terraform file of a workspace, finds out which directories
//! are root modules, and lowers each of them with its local modules. Evaluation is
//! three-valued and lazy, and every value knows where it was written (see [`model::Value`]).
//! Nothing here judges; nothing here reads a disk except through [`Options`].

mod argument;
mod audit;
mod aws;
mod azure;
mod credentials;
mod environment;
mod eval;
mod google;
mod handover;
mod hashicorp;
mod kubernetes;
mod lifecycle;
mod lower;
mod module;
mod ownership;
mod parent;
mod path;
mod policy;
mod project;
mod published;
mod recorded;
mod remedy;
mod service;
mod state_store;
mod static_keys;
mod stored_keys;
mod terragrunt;
mod values;
mod webhooks;

pub use aws::read_policies;
pub use hashicorp::is_spire;
pub use project::{
    FindFile, FolderEntry, Inputs, Installed, ListFolder, Options, Project, ReadFile,
};
pub use recorded::is_recording;
pub use terragrunt::generated;

/// The language of a file by its name; `None` for a file that this crate does not read.
pub fn language(path: &str) -> Option<syntax::Language> {
    use syntax::Language;
    let name = path::name(path);
    let ends = |suffix: &str| {
        name.len() > suffix.len()
            && name
                .get(name.len() - suffix.len()..)
                .is_some_and(|it| it.eq_ignore_ascii_case(suffix))
    };
    // The lock file holds checksums only.
    if name == ".terraform.lock.hcl" {
        return None;
    }
    if ends(".tf.json") || ends(".tofu.json") {
        return Some(Language::TerraformJson);
    }
    if ends(".tfvars.json") {
        return Some(Language::Json);
    }
    // `terraform.tfstate`, its backups, and those that Terraform names after a time.
    if ends(".tfstate") || (name.contains(".tfstate.") && ends(".backup")) {
        return Some(Language::Json);
    }
    let native = [".tf", ".tofu", ".tfvars", ".hcl", ".nomad", ".tfbackend"];
    native.iter().any(|it| ends(it)).then_some(Language::Hcl)
}
