//! Kubernetes manifests and Helm templates to facts.
//!
//! Two steps, so that a workspace can run the first on many threads and drop each tree after
//! it: [`collect`] reads one file into [`Objects`]; [`join`] links roles, bindings, service
//! accounts, workloads and namespaces of all files and yields [`model::Facts`].
//!
//! Objects that stand in files of other languages come in through [`adopt`], as values.
//!
//! What the facts look like:
//!
//! * Every RBAC rule is one grant (`prod/Role/reader#rules[0]`, carrier `Role`), with the
//!   principals of all bindings that hand it over.
//! * Every binding is one grant too (`prod/RoleBinding/reader`, carrier `RoleBinding`), whose
//!   `role` is the name in `roleRef`. Rules about subjects and named roles look at these.
//! * A token that Kubernetes mounts into a workload is a credential with
//!   [`model::Storage::Generated`] and [`model::SlotKind::File`]; its holder is the service
//!   account. A workload without such a credential mounts none, or it cannot be told.
//!
//! Which object a name means when several files declare one is decided in `locality.rs`.

mod account;
mod agent;
mod argo;
mod argo_policy;
mod audit_policy;
mod aws_auth;
mod aws_iam;
mod base64;
mod chart_values;
mod cluster_file;
mod config_connector;
mod control_plane;
mod controller;
mod credential;
mod custom;
mod deployer;
mod detect;
mod document;
mod duration;
mod edit;
mod embedded;
mod environment;
mod external_secret;
mod flux;
mod foreign;
mod helm;
mod host;
mod inline_values;
mod join;
mod kinds;
mod kubeadm;
mod kustomize;
mod literals;
mod load;
mod locality;
mod login;
mod object;
mod openshift;
mod page;
mod pod;
mod rbac;
mod remedy;
mod repository;
mod runner;
mod secret_data;
mod secret_provider;
mod signing;
mod spire;
mod template;
mod term;
mod token;
mod values;
mod workload;

pub use detect::language;
pub use foreign::adopt;
pub use helm::{
    ChartFile, Charts, Evaluated, ReadFile, Shares, is_chart_file, local_charts, may_be_packed,
};
pub use join::join;
pub use kustomize::{
    Built, KUSTOMIZATION_NAMES, Kustomizations, KustomizeShares, Mention, Role as MentionRole,
    WorkspaceFile, Written, is_kustomization, mentions,
};
pub use object::{Objects, Options, Statistics, collect};
