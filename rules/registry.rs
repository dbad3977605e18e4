// Written by `cargo xtask gen`; do not edit.
//! Every rule, by file. A rule is in force because its file is in its folder.

use engine::Rule;

#[path = "agent/approval_bypass.rs"] mod approval_bypass;
#[path = "agent/auto_approved_server.rs"] mod auto_approved_server;
#[path = "agent/automatic_approval.rs"] mod automatic_approval;
#[path = "supply_chain/downloaded_tool_server.rs"] mod downloaded_tool_server;
#[path = "secret/embedded_secret.rs"] mod embedded_secret;
#[path = "lifetime/excessive_lifetime.rs"] mod excessive_lifetime;
#[path = "lifetime/expired_credential.rs"] mod expired_credential;
#[path = "hygiene/expired_exception.rs"] mod expired_exception;
#[path = "agent/hook_runs_download.rs"] mod hook_runs_download;
#[path = "hygiene/ignored_setting.rs"] mod ignored_setting;
#[path = "lifetime/legacy_token_secret.rs"] mod legacy_token_secret;
#[path = "hygiene/malformed_exception.rs"] mod malformed_exception;
#[path = "ownership/missing_owner.rs"] mod missing_owner;
#[path = "lifetime/non_expiring_credential.rs"] mod non_expiring_credential;
#[path = "agent/open_network.rs"] mod open_network;
#[path = "secret/plain_secret_manifest.rs"] mod plain_secret_manifest;
#[path = "agent/plaintext_tool_server.rs"] mod plaintext_tool_server;
#[path = "agent/sandbox_off.rs"] mod sandbox_off;
#[path = "lifetime/static_access_key.rs"] mod static_access_key;
#[path = "agent/trusts_all_servers.rs"] mod trusts_all_servers;
#[path = "agent/unauthenticated_tool_server.rs"] mod unauthenticated_tool_server;
#[path = "hygiene/undocumented_exception.rs"] mod undocumented_exception;
#[path = "hygiene/unexpanded_reference.rs"] mod unexpanded_reference;
#[path = "supply_chain/unpinned_tool_server.rs"] mod unpinned_tool_server;
#[path = "hygiene/unreadable_input.rs"] mod unreadable_input;
#[path = "hygiene/unused_exception.rs"] mod unused_exception;
#[path = "secret/well_known_password.rs"] mod well_known_password;
#[path = "agent/wide_tool_server.rs"] mod wide_tool_server;

/// All rules, sorted by id.
pub static ALL: &[&Rule] = &[
    &approval_bypass::RULE,
    &auto_approved_server::RULE,
    &automatic_approval::RULE,
    &downloaded_tool_server::RULE,
    &embedded_secret::RULE,
    &excessive_lifetime::RULE,
    &expired_credential::RULE,
    &expired_exception::RULE,
    &hook_runs_download::RULE,
    &ignored_setting::RULE,
    &legacy_token_secret::RULE,
    &malformed_exception::RULE,
    &missing_owner::RULE,
    &non_expiring_credential::RULE,
    &open_network::RULE,
    &plain_secret_manifest::RULE,
    &plaintext_tool_server::RULE,
    &sandbox_off::RULE,
    &static_access_key::RULE,
    &trusts_all_servers::RULE,
    &unauthenticated_tool_server::RULE,
    &undocumented_exception::RULE,
    &unexpanded_reference::RULE,
    &unpinned_tool_server::RULE,
    &unreadable_input::RULE,
    &unused_exception::RULE,
    &well_known_password::RULE,
    &wide_tool_server::RULE,
];
