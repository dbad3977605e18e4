//! What AWS permissions are worth: actions, resources, conditions and managed policies.
//!
//! The tables in `data/` are parsed when first asked for. Names are compared without regard
//! to case, as AWS does.

mod action;
mod condition;
mod escalation;
mod managed_policy;
mod outside;
mod resource;

pub use action::{Action, Level, Sensitivity, action, expand, is_service, matches};
pub use condition::{Hole, hole, narrows_principals, narrows_resources};
pub use escalation::{Escalation, escalation_of, escalations};
pub use managed_policy::{ManagedPolicy, managed_policy};
pub use outside::{Door, account_of, acts_for_anyone, vendor};
pub use resource::{Breadth, breadth, breadth_of};
