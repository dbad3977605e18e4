use engine::{Context, Severity, rule};
use model::{Trust, spiffe};

rule! {
    /// What vouches for a workload's identity proves too little.
    ///
    /// ## What
    /// A SPIRE agent that trusts any server when it starts (`insecure_bootstrap`), does not check
    /// the kubelet it asks (`skip_kubelet_verification`), or proves itself with a token that can
    /// be copied (`k8s_sat`, `join_token`). A `ClusterSPIFFEID` that gives every pod the same
    /// identity, or a `ClusterStaticEntry` that selects by the namespace or by `root` alone.
    ///
    /// ## Why
    /// Every SVID rests on attestation. Somebody who can pretend to be the server, the kubelet or
    /// a node gets the identities of the workloads there, and nothing looks wrong.
    ///
    /// ## Fix
    /// Give the agent the trust bundle and the kubelet's CA. Use an attestor that the platform
    /// backs: `k8s_psat`, `aws_iid`, `gcp_iit`, `azure_imds`, `tpm_devid`.
    ///
    /// ```tf,bad
    /// # file: agent.conf
    /// agent {
    ///   trust_domain       = "example.org"
    ///   server_address     = "spire-server"
    ///   insecure_bootstrap = true # error: whoever answers first is the server
    /// }
    /// plugins {
    ///   NodeAttestor "k8s_sat" { # error: is a node
    ///     plugin_data {
    ///       cluster = "shop"
    ///     }
    ///   }
    ///   WorkloadAttestor "k8s" {
    ///     plugin_data {
    ///       skip_kubelet_verification = true # error: the kubelet
    ///     }
    ///   }
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterSPIFFEID
    /// metadata:
    ///   name: backend
    /// spec:
    ///   spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/backend" # error: every pod
    /// ---
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterStaticEntry
    /// metadata:
    ///   name: billing
    /// spec:
    ///   spiffeID: spiffe://example.org/billing
    ///   parentID: spiffe://example.org/spire/agent
    ///   selectors: ["k8s:ns:billing"] # error: that namespace
    /// ---
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterStaticEntry
    /// metadata:
    ///   name: node
    /// spec:
    ///   spiffeID: spiffe://example.org/node
    ///   parentID: spiffe://example.org/spire/agent
    ///   selectors: ["unix:uid:0"] # error: as root
    /// ```
    /// ```yaml,good
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterSPIFFEID
    /// metadata:
    ///   name: backend
    /// spec:
    ///   spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/backend"
    ///   podSelector:
    ///     matchLabels:
    ///       app: backend
    /// ---
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterStaticEntry
    /// metadata:
    ///   name: billing
    /// spec:
    ///   spiffeID: spiffe://example.org/billing
    ///   parentID: spiffe://example.org/spire/agent
    ///   selectors: ["k8s:ns:billing", "k8s:sa:billing"]
    /// ---
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterSPIFFEID
    /// metadata:
    ///   name: all
    /// spec:
    ///   spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}"
    /// ```
    /// ```tf,good
    /// # file: agent.conf
    /// agent {
    ///   trust_domain       = "example.org"
    ///   trust_bundle_path  = "/run/spire/bundle/bundle.crt"
    ///   insecure_bootstrap = false
    /// }
    /// plugins {
    ///   NodeAttestor "k8s_psat" {
    ///     plugin_data {
    ///       cluster = "shop"
    ///     }
    ///   }
    ///   WorkloadAttestor "k8s" {
    ///     plugin_data {
    ///       kubelet_ca_path = "/run/kubelet/ca.pem"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    /// - SPIRE agent configuration reference (verified 2026-11-22)
    id: "weak-attestation",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        NistCsf: ["PR.AA-02", "PR.AA-03"],
        NistZeroTrust: ["5", "6"],
    ],
    check: Trust(check),
}

fn check(trust: &Trust, cx: &mut Context<'_>) {
    for (weakness, place) in spiffe::weaknesses(trust) {
        let name = weakness.key.rsplit('.').next().unwrap_or(weakness.key);
        let message = format!("`{name}`: {}", weakness.so);
        let severity = if weakness.is_minor { Severity::Low } else { Severity::High };
        cx.report_at(&trust.address, weakness.key, place, message)
            .severity(severity)
            .help(weakness.instead);
    }
}
