//! The vocabulary of facts about machine identities.
//!
//! Front ends produce [`Facts`] and never judge; rules read them and never know formats. So
//! a fact says everything that a judgement needs, in the field's own words, with the place of
//! every value. A question that no fact answers is a missing field here, not a parser there.

pub mod aws;
pub mod azure;
pub mod claim;
mod credential;
mod expiry;
mod exposure;
mod facts;
pub mod google;
mod grant;
mod guard;
pub mod hashicorp;
mod host_path;
mod identity;
mod knowledge;
pub mod kubernetes;
mod manifest;
mod ownership;
pub mod path;
mod place;
mod policy_document;
mod remedy;
mod resource;
mod secret;
pub mod service;
mod source;
pub mod spiffe;
mod table;
mod tool_knowledge;
mod tool_pattern;
mod tool_server;
mod trust;
mod value;
pub mod wildcard;

pub use credential::{
    Certainty, Credential, CredentialKind, KeyId, Literal, LiteralClass, Reference,
    ReferenceSyntax, Rotation, Slot, SlotKind, Storage,
};
pub use expiry::{Date, Expiry, ExpirySource, Lifetime, date_in, days_after, days_between};
pub use exposure::{Exposure, ExposureKind, PlainSlot, Weakness};
pub use facts::{Call, Facts, Import, Note, NoteKind, Overlay};
pub use grant::{
    Carrier, Condition, Effect, Grant, KubernetesScope, Patterns, PermissionSystem, Reach,
};
pub use guard::{
    ApprovalMode, Audited, Guard, GuardKind, HookCommand, HookInput, Ignored, Lifecycle,
    NetworkReach, NodeAccess, Opening, SandboxMode, WeakLogin,
};
pub use host_path::{HostPath, host_path};
pub use identity::{
    Address, ConfigScope, Environment, Identity, IdentityKind, Party, Purpose, Use, UseMode,
};
pub use knowledge::{Knowledge, Sourced};
pub use manifest::Manifest;
pub use ownership::{Owner, OwnerSource, Ownership, is_nobody, is_owner_key, is_review_key};
pub use path::follow;
pub use place::{FileId, Origin, Place, Step, StepKind};
pub use policy_document::{PolicyDocument, PolicyHolders, PolicyUse};
pub use remedy::{Edit, Fix, Safety};
pub use resource::Resource;
pub use secret::{Secret, SecretFinder};
pub use source::Source;
pub use syntax::Span;
pub use table::{glob, rows};
pub use tool_knowledge::{ServerClasses, ToolVerb, oauth_scope, server_classes, tool_verb};
pub use tool_pattern::{CommandRisk, Matching, Overruled, ToolClass, ToolPattern};
pub use tool_server::{
    Authentication, Ecosystem, Launch, Package, Pin, ToolServer, Transport, WideAccess,
};
pub use trust::{Mechanism, Trust};
pub use value::{Data, Entry, Piece, Remote, Text, Value};
