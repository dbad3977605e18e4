//! Which kinds are read, and by what. Of kinds that are not here, only those of other vendors
//! are read, for what is written out in them.

use std::sync::LazyLock;

use model::{Data, Value};
use rustc_hash::FxHashMap;
use syntax::Kind;

use crate::document::Document;
use crate::load::Found;

use crate::object::{Class, Object, Objects};
use crate::{
    account, agent, argo, audit_policy, aws_iam, config_connector, control_plane, controller,
    custom, external_secret, flux, inline_values, kubeadm, login, openshift, rbac, runner,
    secret_data, secret_provider, spire, workload,
};

/// Reads one object.
pub(crate) type Lower = fn(&Object<'_>, &mut Objects);

/// How an object is read.
#[derive(Clone, Copy)]
pub(crate) enum Reading {
    /// By what knows its kind.
    Known(Lower),
    /// Key by key, for what is written out in it.
    Search,
}

/// API groups, kind, reader. `&[]` takes every group.
type Row = (&'static [&'static str], &'static str, Lower);

const CORE: &[&str] = &[""];
const SERVER: &[&str] = &["apiserver.config.k8s.io"];
const RBAC: &[&str] = &["rbac.authorization.k8s.io", "authorization.openshift.io"];
const SECRETS: &[&str] = &["external-secrets.io"];
const CROSSPLANE: &[&str] = &[
    "aws.upbound.io",
    "aws.m.upbound.io",
    "aws.crossplane.io",
    "gcp.upbound.io",
    "gcp.m.upbound.io",
    "gcp.crossplane.io",
    "azure.upbound.io",
    "azure.m.upbound.io",
    "azure.crossplane.io",
];
const ARGO: &[&str] = &["argoproj.io"];
const FLUX_SOURCES: &[&str] = &["source.toolkit.fluxcd.io"];
const CLUSTERS: &[&str] = &["kops.k8s.io", "provisioning.cattle.io", "kind.x-k8s.io"];
const CLUSTER_API: &[&str] = &["controlplane.cluster.x-k8s.io"];
const MACHINES: &[&str] = &["bootstrap.cluster.x-k8s.io"];
const CLOUD_IAM: &[&str] = &["iam.cnrm.cloud.google.com"];
const KAGENT: &[&str] = &["kagent.dev"];
const TOOLHIVE: &[&str] = &["toolhive.stacklok.dev"];
const TEKTON: &[&str] = &["tekton.dev"];
const APPS: &[&str] = &["apps", "extensions"];

const KINDS: &[Row] = &[
    (RBAC, "Role", rbac::role),
    (RBAC, "ClusterRole", rbac::role),
    (RBAC, "RoleBinding", rbac::binding),
    (RBAC, "ClusterRoleBinding", rbac::binding),
    (CORE, "ServiceAccount", account::service_account),
    (CORE, "Namespace", account::namespace),
    (CORE, "Secret", secret_data::secret),
    (CORE, "ConfigMap", secret_data::config_map),
    (&["networking.k8s.io", "extensions"], "Ingress", custom::ingress),
    (&["bitnami.com"], "SealedSecret", secret_data::sealed_secret),
    (SECRETS, "SecretStore", controller::secret_store),
    (SECRETS, "ClusterSecretStore", controller::secret_store),
    (SECRETS, "ExternalSecret", external_secret::external_secret),
    (SECRETS, "ClusterExternalSecret", external_secret::external_secret),
    (&["secrets-store.csi.x-k8s.io"], "SecretProviderClass", secret_provider::lower),
    (&["cert-manager.io"], "Issuer", controller::issuer),
    (&["cert-manager.io"], "ClusterIssuer", controller::issuer),
    (&["cert-manager.io"], "Certificate", controller::certificate),
    (&["certificates.k8s.io"], "CertificateSigningRequest", controller::signing_request),
    (&["secrets.hashicorp.com"], "VaultAuth", controller::vault_auth),
    (&["spire.spiffe.io"], "ClusterSPIFFEID", spire::spiffe_id),
    (&["spire.spiffe.io"], "ClusterStaticEntry", spire::spiffe_id),
    (CROSSPLANE, "ProviderConfig", controller::provider_config),
    (ARGO, "AppProject", argo::app_project),
    (ARGO, "Application", inline_values::application),
    (ARGO, "ApplicationSet", inline_values::application),
    (&["kustomize.toolkit.fluxcd.io"], "Kustomization", flux::deployment),
    (&["helm.toolkit.fluxcd.io"], "HelmRelease", flux::deployment),
    (FLUX_SOURCES, "GitRepository", flux::source),
    (FLUX_SOURCES, "OCIRepository", flux::source),
    (FLUX_SOURCES, "HelmRepository", flux::source),
    (FLUX_SOURCES, "Bucket", flux::source),
    (&["image.toolkit.fluxcd.io"], "ImageRepository", flux::source),
    (&["helm.cattle.io"], "HelmChart", inline_values::lower),
    (&["helm.cattle.io"], "HelmChartConfig", inline_values::lower),
    (&["helm.crossplane.io", "helm.m.crossplane.io"], "Release", inline_values::lower),
    (&["kubelet.config.k8s.io"], "KubeletConfiguration", login::kubelet),
    (SERVER, "AuthenticationConfiguration", login::authentication),
    (SERVER, "AuthorizationConfiguration", login::authorization),
    (&["audit.k8s.io"], "Policy", audit_policy::lower),
    (&["kubeadm.k8s.io"], "ClusterConfiguration", control_plane::lower),
    (&["kubeadm.k8s.io"], "InitConfiguration", kubeadm::lower),
    (&["kubeadm.k8s.io"], "JoinConfiguration", kubeadm::lower),
    (MACHINES, "KubeadmConfig", kubeadm::lower),
    (MACHINES, "KubeadmConfigTemplate", kubeadm::lower),
    (CLUSTERS, "Cluster", control_plane::lower),
    (&["kops.k8s.io"], "InstanceGroup", control_plane::lower),
    (&["k3d.io"], "Simple", control_plane::lower),
    (CLUSTER_API, "KubeadmControlPlane", control_plane::lower),
    (CLUSTER_API, "KubeadmControlPlaneTemplate", control_plane::lower),
    (&["oauth.openshift.io"], "OAuthClient", openshift::oauth_client),
    (&["security.openshift.io"], "SecurityContextConstraints", openshift::constraints),
    (CLOUD_IAM, "IAMServiceAccount", config_connector::service_account),
    (CLOUD_IAM, "IAMServiceAccountKey", config_connector::key),
    (CLOUD_IAM, "IAMPolicyMember", config_connector::policy_member),
    (CLOUD_IAM, "IAMPolicy", config_connector::policy),
    (CLOUD_IAM, "IAMPartialPolicy", config_connector::policy),
    (aws_iam::GROUPS, "Role", aws_iam::lower),
    (aws_iam::GROUPS, "RolePolicy", aws_iam::lower),
    (aws_iam::GROUPS, "RolePolicyAttachment", aws_iam::lower),
    (aws_iam::GROUPS, "AccessKey", aws_iam::lower),
    (&["apiextensions.crossplane.io"], "Composition", aws_iam::composition),
    (aws_iam::GROUPS, "Policy", aws_iam::lower),
    (aws_iam::GROUPS, "User", aws_iam::lower),
    (aws_iam::GROUPS, "UserPolicy", aws_iam::lower),
    (aws_iam::GROUPS, "UserPolicyAttachment", aws_iam::lower),
    (aws_iam::GROUPS, "Group", aws_iam::lower),
    (aws_iam::GROUPS, "GroupPolicy", aws_iam::lower),
    (aws_iam::GROUPS, "GroupPolicyAttachment", aws_iam::lower),
    (KAGENT, "Agent", agent::kagent),
    (KAGENT, "SandboxAgent", agent::kagent),
    (KAGENT, "ModelConfig", agent::model_config),
    (KAGENT, "RemoteMCPServer", agent::remote_server),
    (KAGENT, "MCPServer", agent::local_server),
    (TOOLHIVE, "MCPServer", agent::local_server),
    (TOOLHIVE, "MCPRemoteProxy", agent::proxy),
    (TOOLHIVE, "VirtualMCPServer", agent::proxy),
    (&["agentgateway.dev"], "AgentgatewayBackend", agent::gateway_backend),
    (&["agentgateway.dev"], "AgentgatewayPolicy", agent::gateway_policy),
    (&["aigateway.envoyproxy.io"], "MCPRoute", agent::envoy_route),
    (TEKTON, "Task", runner::lower),
    (TEKTON, "ClusterTask", runner::lower),
    (TEKTON, "TaskRun", runner::lower),
    (TEKTON, "Pipeline", runner::lower),
    (TEKTON, "PipelineRun", runner::lower),
    (&["triggers.tekton.dev"], "EventListener", runner::lower),
    (ARGO, "Workflow", runner::lower),
    (ARGO, "WorkflowTemplate", runner::lower),
    (ARGO, "ClusterWorkflowTemplate", runner::lower),
    (ARGO, "CronWorkflow", runner::lower),
    (CORE, "Pod", workload::workload),
    (CORE, "PodTemplate", workload::workload),
    (CORE, "ReplicationController", workload::workload),
    (APPS, "Deployment", workload::workload),
    (APPS, "StatefulSet", workload::workload),
    (APPS, "DaemonSet", workload::workload),
    (APPS, "ReplicaSet", workload::workload),
    (&["batch"], "Job", workload::workload),
    (&["batch"], "CronJob", workload::workload),
];

/// The rows of each kind, in their order.
static BY_KIND: LazyLock<FxHashMap<&str, Vec<&Row>>> = LazyLock::new(|| {
    let mut rows: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for row @ (_, kind, _) in KINDS {
        rows.entry(*kind).or_default().push(row);
    }
    rows
});

/// The reader of an object that another language holds.
pub(crate) fn of_value(class: &Class, object: &Value) -> Option<Lower> {
    let containers = Found::at(object, &["spec", "template", "spec", "containers"]).value();
    let holds_pods = containers.is_some_and(|it| matches!(it.data, Data::List(_)));
    by_class(class).or_else(|| holds_pods.then_some(workload::workload as Lower))
}

/// The reader of a known kind.
fn by_class(class: &Class) -> Option<Lower> {
    let kind = class.kind.as_deref()?;
    let row = BY_KIND.get(kind)?.iter().find(|(groups, ..)| class.fits(groups));
    row.map(|(_, _, lower)| *lower)
}

/// How an object is read, or `None` when its kind says nothing about identities.
///
/// A template may write the group or the kind; then the rest of the object decides.
pub(crate) fn find(class: &Class, document: Document<'_>) -> Option<Reading> {
    if let Some(lower) = by_class(class) {
        return Some(Reading::Known(lower));
    }
    if class.kind.is_none() && class.fits(RBAC) {
        if document.has("roleRef", Kind::Map) {
            return Some(Reading::Known(rbac::binding));
        }
        if class.group.is_some() && document.has("rules", Kind::Seq) {
            return Some(Reading::Known(rbac::role));
        }
    }
    if holds_pod_template(document) {
        return Some(Reading::Known(workload::workload));
    }
    custom::is_read(class).then_some(Reading::Search)
}

/// Rollouts, Knative services, deployments of other vendors: a pod template in its usual place.
fn holds_pod_template(document: Document<'_>) -> bool {
    const PATH: [&str; 3] = ["template", "spec", "containers"];
    let containers = document.get("spec").and_then(|it| it.path(&PATH));
    containers.is_some_and(|it| it.kind() == Kind::Seq)
}
