// Written by `cargo xtask gen`; do not edit.
//! Every rule, by file. A rule is in force because its file is in its folder.

use engine::Rule;

#[path = "offboarding/abandoned_identity.rs"] mod abandoned_identity;
#[path = "permission/admin_grant.rs"] mod admin_grant;
#[path = "identity/any_name_certificate.rs"] mod any_name_certificate;
#[path = "agent/approval_bypass.rs"] mod approval_bypass;
#[path = "permission/authoritative_grant.rs"] mod authoritative_grant;
#[path = "agent/auto_approved_server.rs"] mod auto_approved_server;
#[path = "agent/automatic_approval.rs"] mod automatic_approval;
#[path = "agent/bypass_not_forbidden.rs"] mod bypass_not_forbidden;
#[path = "permission/cluster_operator.rs"] mod cluster_operator;
#[path = "permission/controls_cluster.rs"] mod controls_cluster;
#[path = "permission/creates_workloads.rs"] mod creates_workloads;
#[path = "secret/credential_in_state.rs"] mod credential_in_state;
#[path = "identity/cross_environment_trust.rs"] mod cross_environment_trust;
#[path = "identity/default_account_grant.rs"] mod default_account_grant;
#[path = "lifetime/default_lifetime.rs"] mod default_lifetime;
#[path = "permission/deploys_as_controller.rs"] mod deploys_as_controller;
#[path = "audit/disabled_audit_log.rs"] mod disabled_audit_log;
#[path = "offboarding/disabled_identity_with_grants.rs"] mod disabled_identity_with_grants;
#[path = "supply_chain/downloaded_tool_server.rs"] mod downloaded_tool_server;
#[path = "agent/edits_own_settings.rs"] mod edits_own_settings;
#[path = "secret/embedded_secret.rs"] mod embedded_secret;
#[path = "audit/erasable_audit_log.rs"] mod erasable_audit_log;
#[path = "lifetime/excessive_lifetime.rs"] mod excessive_lifetime;
#[path = "lifetime/expired_credential.rs"] mod expired_credential;
#[path = "hygiene/expired_exception.rs"] mod expired_exception;
#[path = "ownership/expired_review.rs"] mod expired_review;
#[path = "secret/exported_credential.rs"] mod exported_credential;
#[path = "identity/foreign_account_binding.rs"] mod foreign_account_binding;
#[path = "identity/forwarded_token.rs"] mod forwarded_token;
#[path = "agent/hook_runs_download.rs"] mod hook_runs_download;
#[path = "identity/identity_across_environments.rs"] mod identity_across_environments;
#[path = "permission/identity_maker_without_boundary.rs"] mod identity_maker_without_boundary;
#[path = "offboarding/ignored_drift.rs"] mod ignored_drift;
#[path = "hygiene/ignored_setting.rs"] mod ignored_setting;
#[path = "supply_chain/image_without_digest.rs"] mod image_without_digest;
#[path = "offboarding/inactive_credential.rs"] mod inactive_credential;
#[path = "identity/ineffective_condition.rs"] mod ineffective_condition;
#[path = "permission/ineffective_denial.rs"] mod ineffective_denial;
#[path = "agent/inherited_tools.rs"] mod inherited_tools;
#[path = "permission/inverted_grant.rs"] mod inverted_grant;
#[path = "offboarding/irrevocable_credential.rs"] mod irrevocable_credential;
#[path = "lifetime/key_rotation_off.rs"] mod key_rotation_off;
#[path = "lifetime/legacy_token_secret.rs"] mod legacy_token_secret;
#[path = "lifetime/long_session.rs"] mod long_session;
#[path = "hygiene/malformed_exception.rs"] mod malformed_exception;
#[path = "identity/masters_group.rs"] mod masters_group;
#[path = "audit/missing_audit_log.rs"] mod missing_audit_log;
#[path = "ownership/missing_owner.rs"] mod missing_owner;
#[path = "identity/mixed_use_user.rs"] mod mixed_use_user;
#[path = "identity/needless_token.rs"] mod needless_token;
#[path = "identity/no_workload_identity.rs"] mod no_workload_identity;
#[path = "identity/node_in_pod.rs"] mod node_in_pod;
#[path = "lifetime/non_expiring_credential.rs"] mod non_expiring_credential;
#[path = "agent/open_agent.rs"] mod open_agent;
#[path = "permission/open_ended_command.rs"] mod open_ended_command;
#[path = "agent/open_folder.rs"] mod open_folder;
#[path = "identity/open_machine_credentials.rs"] mod open_machine_credentials;
#[path = "agent/open_network.rs"] mod open_network;
#[path = "supply_chain/open_pipeline.rs"] mod open_pipeline;
#[path = "agent/open_server_list.rs"] mod open_server_list;
#[path = "offboarding/parallel_keys.rs"] mod parallel_keys;
#[path = "agent/passes_environment.rs"] mod passes_environment;
#[path = "lifetime/permanent_assignment.rs"] mod permanent_assignment;
#[path = "ownership/personal_owner.rs"] mod personal_owner;
#[path = "secret/plain_secret_manifest.rs"] mod plain_secret_manifest;
#[path = "secret/plain_store_entry.rs"] mod plain_store_entry;
#[path = "secret/plain_text_handover.rs"] mod plain_text_handover;
#[path = "agent/plaintext_tool_server.rs"] mod plaintext_tool_server;
#[path = "secret/private_key_in_state.rs"] mod private_key_in_state;
#[path = "permission/public_principal.rs"] mod public_principal;
#[path = "lifetime/rare_rotation.rs"] mod rare_rotation;
#[path = "agent/readable_secret_files.rs"] mod readable_secret_files;
#[path = "permission/reads_all_secrets.rs"] mod reads_all_secrets;
#[path = "audit/recorded_content.rs"] mod recorded_content;
#[path = "agent/redirected_model_endpoint.rs"] mod redirected_model_endpoint;
#[path = "identity/role_of_many_services.rs"] mod role_of_many_services;
#[path = "permission/runs_in_any_pod.rs"] mod runs_in_any_pod;
#[path = "agent/sandbox_off.rs"] mod sandbox_off;
#[path = "permission/self_escalation.rs"] mod self_escalation;
#[path = "identity/shared_account.rs"] mod shared_account;
#[path = "identity/shared_cloud_role.rs"] mod shared_cloud_role;
#[path = "identity/shared_credential.rs"] mod shared_credential;
#[path = "identity/shared_outside_organization.rs"] mod shared_outside_organization;
#[path = "supply_chain/shell_wrapped_server.rs"] mod shell_wrapped_server;
#[path = "audit/short_log_retention.rs"] mod short_log_retention;
#[path = "lifetime/sliding_expiry.rs"] mod sliding_expiry;
#[path = "agent/startup_command.rs"] mod startup_command;
#[path = "lifetime/static_access_key.rs"] mod static_access_key;
#[path = "identity/static_keys_accepted.rs"] mod static_keys_accepted;
#[path = "identity/stored_key_in_use.rs"] mod stored_key_in_use;
#[path = "lifetime/stored_secret_without_expiry.rs"] mod stored_secret_without_expiry;
#[path = "agent/suspicious_instructions.rs"] mod suspicious_instructions;
#[path = "agent/toxic_combination.rs"] mod toxic_combination;
#[path = "agent/trusts_all_servers.rs"] mod trusts_all_servers;
#[path = "agent/unapproved_destructive_tool.rs"] mod unapproved_destructive_tool;
#[path = "agent/unauthenticated_tool_server.rs"] mod unauthenticated_tool_server;
#[path = "identity/unchecked_audience.rs"] mod unchecked_audience;
#[path = "offboarding/undeclared_keys.rs"] mod undeclared_keys;
#[path = "ownership/undescribed_identity.rs"] mod undescribed_identity;
#[path = "hygiene/undocumented_exception.rs"] mod undocumented_exception;
#[path = "hygiene/unexpanded_reference.rs"] mod unexpanded_reference;
#[path = "audit/unlogged_data_reads.rs"] mod unlogged_data_reads;
#[path = "audit/unlogged_tool_calls.rs"] mod unlogged_tool_calls;
#[path = "secret/unmarked_credential.rs"] mod unmarked_credential;
#[path = "supply_chain/unpinned_plugin.rs"] mod unpinned_plugin;
#[path = "supply_chain/unpinned_tool_server.rs"] mod unpinned_tool_server;
#[path = "secret/unprotected_state.rs"] mod unprotected_state;
#[path = "hygiene/unreadable_input.rs"] mod unreadable_input;
#[path = "lifetime/unrenewed_certificate.rs"] mod unrenewed_certificate;
#[path = "identity/unrestricted_federation.rs"] mod unrestricted_federation;
#[path = "ownership/unreviewed_identity.rs"] mod unreviewed_identity;
#[path = "lifetime/unrotated_secret.rs"] mod unrotated_secret;
#[path = "identity/unscoped_service.rs"] mod unscoped_service;
#[path = "permission/unscoped_token.rs"] mod unscoped_token;
#[path = "identity/unsigned_webhook.rs"] mod unsigned_webhook;
#[path = "ownership/unspecific_name.rs"] mod unspecific_name;
#[path = "hygiene/unused_exception.rs"] mod unused_exception;
#[path = "permission/user_attached_policy.rs"] mod user_attached_policy;
#[path = "identity/vendor_without_external_id.rs"] mod vendor_without_external_id;
#[path = "identity/weak_attestation.rs"] mod weak_attestation;
#[path = "identity/weak_cluster_login.rs"] mod weak_cluster_login;
#[path = "secret/weak_generated_password.rs"] mod weak_generated_password;
#[path = "secret/well_known_password.rs"] mod well_known_password;
#[path = "identity/whole_account_trust.rs"] mod whole_account_trust;
#[path = "permission/wide_oauth_scope.rs"] mod wide_oauth_scope;
#[path = "agent/wide_tool_server.rs"] mod wide_tool_server;
#[path = "identity/widely_shared_secret.rs"] mod widely_shared_secret;
#[path = "permission/widened_built_in_role.rs"] mod widened_built_in_role;
#[path = "agent/wider_sub_agent.rs"] mod wider_sub_agent;
#[path = "permission/wildcard_action.rs"] mod wildcard_action;
#[path = "permission/wildcard_resource.rs"] mod wildcard_resource;
#[path = "permission/wildcard_sudo.rs"] mod wildcard_sudo;
#[path = "agent/writable_database_server.rs"] mod writable_database_server;
#[path = "permission/writable_repository_access.rs"] mod writable_repository_access;
#[path = "permission/writes_accounts.rs"] mod writes_accounts;

/// All rules, sorted by id.
pub static ALL: &[&Rule] = &[
    &abandoned_identity::RULE,
    &admin_grant::RULE,
    &any_name_certificate::RULE,
    &approval_bypass::RULE,
    &authoritative_grant::RULE,
    &auto_approved_server::RULE,
    &automatic_approval::RULE,
    &bypass_not_forbidden::RULE,
    &cluster_operator::RULE,
    &controls_cluster::RULE,
    &creates_workloads::RULE,
    &credential_in_state::RULE,
    &cross_environment_trust::RULE,
    &default_account_grant::RULE,
    &default_lifetime::RULE,
    &deploys_as_controller::RULE,
    &disabled_audit_log::RULE,
    &disabled_identity_with_grants::RULE,
    &downloaded_tool_server::RULE,
    &edits_own_settings::RULE,
    &embedded_secret::RULE,
    &erasable_audit_log::RULE,
    &excessive_lifetime::RULE,
    &expired_credential::RULE,
    &expired_exception::RULE,
    &expired_review::RULE,
    &exported_credential::RULE,
    &foreign_account_binding::RULE,
    &forwarded_token::RULE,
    &hook_runs_download::RULE,
    &identity_across_environments::RULE,
    &identity_maker_without_boundary::RULE,
    &ignored_drift::RULE,
    &ignored_setting::RULE,
    &image_without_digest::RULE,
    &inactive_credential::RULE,
    &ineffective_condition::RULE,
    &ineffective_denial::RULE,
    &inherited_tools::RULE,
    &inverted_grant::RULE,
    &irrevocable_credential::RULE,
    &key_rotation_off::RULE,
    &legacy_token_secret::RULE,
    &long_session::RULE,
    &malformed_exception::RULE,
    &masters_group::RULE,
    &missing_audit_log::RULE,
    &missing_owner::RULE,
    &mixed_use_user::RULE,
    &needless_token::RULE,
    &no_workload_identity::RULE,
    &node_in_pod::RULE,
    &non_expiring_credential::RULE,
    &open_agent::RULE,
    &open_ended_command::RULE,
    &open_folder::RULE,
    &open_machine_credentials::RULE,
    &open_network::RULE,
    &open_pipeline::RULE,
    &open_server_list::RULE,
    &parallel_keys::RULE,
    &passes_environment::RULE,
    &permanent_assignment::RULE,
    &personal_owner::RULE,
    &plain_secret_manifest::RULE,
    &plain_store_entry::RULE,
    &plain_text_handover::RULE,
    &plaintext_tool_server::RULE,
    &private_key_in_state::RULE,
    &public_principal::RULE,
    &rare_rotation::RULE,
    &readable_secret_files::RULE,
    &reads_all_secrets::RULE,
    &recorded_content::RULE,
    &redirected_model_endpoint::RULE,
    &role_of_many_services::RULE,
    &runs_in_any_pod::RULE,
    &sandbox_off::RULE,
    &self_escalation::RULE,
    &shared_account::RULE,
    &shared_cloud_role::RULE,
    &shared_credential::RULE,
    &shared_outside_organization::RULE,
    &shell_wrapped_server::RULE,
    &short_log_retention::RULE,
    &sliding_expiry::RULE,
    &startup_command::RULE,
    &static_access_key::RULE,
    &static_keys_accepted::RULE,
    &stored_key_in_use::RULE,
    &stored_secret_without_expiry::RULE,
    &suspicious_instructions::RULE,
    &toxic_combination::RULE,
    &trusts_all_servers::RULE,
    &unapproved_destructive_tool::RULE,
    &unauthenticated_tool_server::RULE,
    &unchecked_audience::RULE,
    &undeclared_keys::RULE,
    &undescribed_identity::RULE,
    &undocumented_exception::RULE,
    &unexpanded_reference::RULE,
    &unlogged_data_reads::RULE,
    &unlogged_tool_calls::RULE,
    &unmarked_credential::RULE,
    &unpinned_plugin::RULE,
    &unpinned_tool_server::RULE,
    &unprotected_state::RULE,
    &unreadable_input::RULE,
    &unrenewed_certificate::RULE,
    &unrestricted_federation::RULE,
    &unreviewed_identity::RULE,
    &unrotated_secret::RULE,
    &unscoped_service::RULE,
    &unscoped_token::RULE,
    &unsigned_webhook::RULE,
    &unspecific_name::RULE,
    &unused_exception::RULE,
    &user_attached_policy::RULE,
    &vendor_without_external_id::RULE,
    &weak_attestation::RULE,
    &weak_cluster_login::RULE,
    &weak_generated_password::RULE,
    &well_known_password::RULE,
    &whole_account_trust::RULE,
    &wide_oauth_scope::RULE,
    &wide_tool_server::RULE,
    &widely_shared_secret::RULE,
    &widened_built_in_role::RULE,
    &wider_sub_agent::RULE,
    &wildcard_action::RULE,
    &wildcard_resource::RULE,
    &wildcard_sudo::RULE,
    &writable_database_server::RULE,
    &writable_repository_access::RULE,
    &writes_accounts::RULE,
];
