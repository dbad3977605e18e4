//! Webhooks, and whether their receiver can tell who sent a message.

use model::{Guard, GuardKind};

use crate::argument;
use crate::lower::{Collector, Unit};

/// Resource types, the way to the address, and the way to the secret that signs messages.
const WEBHOOKS: &[(&str, &[&str], &[&str])] = &[
    ("bitbucket_hook", &["url"], &["secret"]),
    ("bitbucket_workspace_hook", &["url"], &["secret"]),
    ("github_organization_webhook", &["configuration", "url"], &["configuration", "secret"]),
    ("github_repository_webhook", &["configuration", "url"], &["configuration", "secret"]),
    ("gitlab_group_hook", &["url"], &["token"]),
    ("gitlab_project_hook", &["url"], &["token"]),
    ("gitlab_system_hook", &["url"], &["token"]),
    ("sonarqube_webhook", &["url"], &["secret"]),
];

/// Hosts whose addresses are secrets themselves and that check no signature.
const CHATS: &[&str] =
    &["chat.googleapis.com", "discord.com", "hooks.slack.com", "webhook.office.com"];

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let declaration = resource.declaration;
        let Some((_, url, secret)) = WEBHOOKS.iter().find(|it| it.0 == declaration.kind) else {
            continue;
        };
        let written = argument::text(unit, resource, secret);
        let address = argument::text(unit, resource, url);
        // An address that cannot be read may be a chat's.
        let Some(address) = address.value() else { continue };
        if written.is_unknown() && argument::reference(unit, resource, secret).is_none()
            || CHATS.iter().any(|it| address.contains(it))
        {
            continue;
        }
        out.guard(Guard {
            stated: !written.is_absent(),
            ..Guard::new(
                unit.address(resource),
                "Terraform",
                secret.join("."),
                GuardKind::WebhookSigned(!written.is_absent()),
                declaration.kind_place(),
                declaration.region,
            )
        });
    }
}
