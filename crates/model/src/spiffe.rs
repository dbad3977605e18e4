//! SPIFFE: how long its documents should live, and what attests too little.

use crate::trust::Trust;

/// The provider of credentials that are SVIDs.
pub const PROVIDER: &str = "SPIFFE";

/// The longest that an SVID should live, in seconds: agents renew them at half of their life,
/// and nothing revokes one.
pub const LONGEST_SVID: u64 = 86_400;

/// The longest that the key of a server that signs them should live: it is made anew by itself,
/// and every SVID ends with it.
pub const LONGEST_CA: u64 = 30 * 86_400;

/// What is weak about an attestation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weakness {
    /// The condition that says so, by its key.
    pub key: &'static str,
    /// What somebody else can do with it, after "so".
    pub so: &'static str,
    /// What to do instead, as an imperative.
    pub instead: &'static str,
    /// True for what a small set-up may live with.
    pub is_minor: bool,
}

const WEAKNESSES: [Weakness; 7] = [
    Weakness {
        key: "insecure_bootstrap",
        so: "whoever answers first is the server",
        instead: "give the agent the bundle: `trust_bundle_path` or `trust_bundle_url`",
        is_minor: false,
    },
    Weakness {
        key: "skip_kubelet_verification",
        so: "whoever answers for the kubelet says which pod is calling",
        instead: "leave it out, and give the agent the kubelet's CA",
        is_minor: false,
    },
    Weakness {
        key: "NodeAttestor.k8s_sat",
        so: "any copy of the agents' token is a node",
        instead: "use `k8s_psat`, which checks the node behind the token",
        is_minor: false,
    },
    Weakness {
        key: "NodeAttestor.join_token",
        so: "whoever holds the token is the node",
        instead: "use an attestor that proves the machine: `k8s_psat`, `aws_iid`, `tpm_devid`",
        is_minor: true,
    },
    Weakness {
        key: "ClusterSPIFFEID.podSelector",
        so: "every pod gets the same identity",
        instead: "select the pods, or put namespace and account into `spiffeIDTemplate`",
        is_minor: false,
    },
    Weakness {
        key: "ClusterStaticEntry.selectors.namespace",
        so: "whatever runs in that namespace gets the identity",
        instead: "select the service account, too: `k8s:sa:NAME`",
        is_minor: false,
    },
    Weakness {
        key: "ClusterStaticEntry.selectors.root",
        so: "whatever runs as root on the node gets the identity",
        instead: "select the program: `unix:path` and `unix:sha256`",
        is_minor: false,
    },
];

/// What is weak about a statement of trust by attestation, with the place that says so.
pub fn weaknesses(trust: &Trust) -> Vec<(Weakness, crate::place::Place)> {
    let mut found = Vec::new();
    for condition in &trust.conditions {
        let off = condition.operator == "setting" && condition.values.find("true").is_none();
        let weakness = WEAKNESSES.iter().find(|it| it.key == condition.key && !off);
        found.extend(weakness.map(|it| (*it, condition.place)));
    }
    found
}
