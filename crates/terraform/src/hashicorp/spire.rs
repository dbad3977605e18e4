//! SPIRE servers and agents: how long SVIDs live, and what vouches for who gets one.

use model::{
    Address, Condition, Credential, CredentialKind, Data, Expiry, IdentityKind, Knowledge,
    Mechanism, Origin, Party, Patterns, Slot, SlotKind, Sourced, Storage, Trust, Value,
};

use model::spiffe::{LONGEST_CA, LONGEST_SVID};

use super::nomad::{expiry, issued};
use super::{Site, blocks};
use crate::lower::Collector;
use crate::values;

/// Arguments of a server that say how long something lives, in their words.
const LIFETIMES: [(&str, CredentialKind, &str, u64); 5] = [
    ("default_x509_svid_ttl", CredentialKind::Certificate, "X.509-SVID", LONGEST_SVID),
    ("default_svid_ttl", CredentialKind::Certificate, "X.509-SVID", LONGEST_SVID),
    ("default_jwt_svid_ttl", CredentialKind::Token, "JWT-SVID", LONGEST_SVID),
    ("agent_ttl", CredentialKind::Certificate, "SVID of agents", LONGEST_SVID),
    ("ca_ttl", CredentialKind::Certificate, "CA of the trust domain", LONGEST_CA),
];

/// Settings of an agent, or of a plugin, that change what attestation proves.
const SETTINGS: [&str; 2] = ["insecure_bootstrap", "skip_kubelet_verification"];

/// A `server.conf` or `agent.conf`.
pub(super) fn configuration(site: &Site<'_, '_, '_>, value: &Value, out: &mut Collector) {
    for part in ["server", "agent"] {
        for body in blocks(value, part) {
            let identity = identity(body);
            if part == "server" {
                lifetimes(site, body, out);
            }
            let set = settings(body);
            if !set.is_empty() {
                out.trust(trust(site.address(part), identity.clone(), set, &body.origin));
            }
            for plugins in blocks(value, "plugins") {
                attestors(site, plugins, &identity, out);
            }
        }
    }
}

/// Everything in the trust domain.
fn identity(body: &Value) -> Party {
    match body.get("trust_domain").and_then(values::known_text) {
        Some(name) => {
            let name = format!("spiffe://{}", name.trim_start_matches("spiffe://"));
            Party::Named { kind: IdentityKind::SpiffeId, name }
        }
        None => Party::Unknown,
    }
}

fn lifetimes(site: &Site<'_, '_, '_>, body: &Value, out: &mut Collector) {
    for (argument, kind, name, longest) in LIFETIMES {
        let Some(entry) = body.entry(argument) else { continue };
        out.credential(Credential {
            address: site.address(&format!("server.{argument}")),
            name: name.to_owned(),
            kind,
            provider: Some(model::spiffe::PROVIDER.into()),
            storage: Storage::Generated,
            slot: Slot {
                kind: SlotKind::Issued,
                path: argument.to_owned(),
                taker: "SPIRE server".to_owned(),
            },
            audience: Knowledge::Absent,
            expiry: Expiry {
                maximum: Some(longest),
                ..expiry(Some(&entry.value), argument, model::Lifetime::Unknown)
            },
            ..issued(entry.key_origin.place, body.origin.place)
        });
    }
}

/// `NodeAttestor "k8s_psat" { plugin_data { … } }`
fn attestors(site: &Site<'_, '_, '_>, plugins: &Value, identity: &Party, out: &mut Collector) {
    for kind in ["NodeAttestor", "WorkloadAttestor"] {
        for plugin in super::labelled(plugins, kind) {
            let key = format!("{kind}.{}", plugin.key);
            let named = Condition {
                operator: "attestor".to_owned(),
                key: key.clone(),
                values: Patterns::default(),
                place: plugin.key_origin.place,
            };
            let data = blocks(&plugin.value, "plugin_data").into_iter();
            let mut conditions: Vec<Condition> = data.flat_map(settings).collect();
            conditions.insert(0, named);
            let address = site.address(&format!("plugins.{key}"));
            out.trust(trust(address, identity.clone(), conditions, &plugin.value.origin));
        }
    }
}

/// The known settings of a block.
fn settings(body: &Value) -> Vec<Condition> {
    let written = SETTINGS.iter().filter_map(|it| body.entry(it));
    written
        .filter(|it| !matches!(it.value.data, Data::Unknown(_)))
        .filter_map(|it| {
            let text = values::known_text(&it.value)?;
            let value = Sourced::new(text, it.value.origin.clone());
            Some(Condition {
                operator: "setting".to_owned(),
                key: it.key.to_string(),
                values: Patterns::known(vec![value]),
                place: it.value.origin.place,
            })
        })
        .collect()
}

fn trust(address: Address, identity: Party, conditions: Vec<Condition>, origin: &Origin) -> Trust {
    let place = conditions.first().map_or(origin.place, |it| it.place);
    Trust {
        address,
        identity,
        principals: Vec::new(),
        mechanism: Mechanism::Attestation,
        issuer: Knowledge::Absent,
        audience: Patterns::default(),
        subject: Patterns::default(),
        conditions,
        conditions_known: true,
        place,
        region: origin.place,
    }
}
