//! What should stand where a static credential stands, by code of `data/formats.tsv`.

/// The advice, as an imperative without a dot; `None` for `-` and unknown codes.
pub(crate) fn sentence(code: &str) -> Option<&'static str> {
    Some(match code {
        "aws" => {
            "use an IAM role instead: OIDC federation, IRSA, EKS Pod Identity or an instance profile"
        }
        "azure" => "use a managed identity or a federated credential and turn key access off",
        "gcp" => "use Workload Identity Federation or an attached service account",
        "github" => {
            "use a GitHub App installation token or, in a workflow, the job's `GITHUB_TOKEN`"
        }
        "gitlab" => {
            "use a token that ends within days or, in a pipeline, `CI_JOB_TOKEN` or `id_tokens`"
        }
        "hcp" => "use HCP workload identity federation or dynamic provider credentials",
        "instance" => "use the instance's service account and its metadata token",
        "k8s" => "use a bound, projected service account token",
        "kms" => "use a key held by a key management service",
        "mcp-oauth" => "let the client run OAuth for this server instead of sending a static token",
        "oauth" => "use an OAuth client with short-lived access tokens or an app installation",
        "oidc" => "use OIDC federation, so that no token is stored",
        "publish" => "publish from a pipeline with OIDC (trusted publishing), without a token",
        "restricted" => "use a restricted key and read it from a secret manager",
        "rotate" => "rotate it and read it from a secret manager",
        "scoped" => "use a scoped, expiring token and read it from a secret manager",
        "sm" => "read it from a secret manager and rotate it",
        "vault-auth" => "log in with the Kubernetes or OIDC auth method instead of a token",
        "wif" => "use the provider's workload identity federation",
        "database" => "use the database's IAM authentication or a Vault dynamic secret",
        "certificate" => "issue short-lived certificates, for example with cert-manager or SPIFFE",
        "ssh" => "use SSH certificates that expire",
        "sas" => "use a user-delegation SAS that expires within hours",
        "presigned" => "sign the URL when it is needed",
        _ => return None,
    })
}
