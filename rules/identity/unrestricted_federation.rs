use engine::{Context, Severity, rule};
use model::claim::{self, Opening};
use model::{Condition, Knowledge, Mechanism, Origin, Patterns, Trust, aws, wildcard};

rule! {
    /// Outside workloads can become an identity that is meant for one of them.
    ///
    /// ## What
    /// A federation trusts the tokens of an issuer without saying whose: a role that GitHub Actions
    /// or a cluster may assume with no condition on the subject, or with a subject that fits
    /// strangers, such as `repo:*`.
    ///
    /// Conditions on other claims of the token (`job_workflow_ref`, `repository_id`) count as
    /// saying whose. An open branch inside one repository is only a note: everybody who may push
    /// to the repository can become the identity. Runs for pull requests are reported for an
    /// identity that may change something.
    ///
    /// ## Why
    /// The issuer signs tokens for all its customers. Without a subject, a workflow in anybody's
    /// repository gets the role.
    ///
    /// ## Fix
    /// Compare the subject with the one workload that is meant: `repo:org/app:environment:prod`,
    /// `system:serviceaccount:namespace:name`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = "sts:AssumeRoleWithWebIdentity"
    ///       Principal = {
    ///         Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" # error: any workload
    ///       }
    ///       Condition = {
    ///         StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
    ///       }
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = "sts:AssumeRoleWithWebIdentity"
    ///       Principal = {
    ///         Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///       }
    ///       Condition = {
    ///         StringLike = { "token.actions.githubusercontent.com:sub" = "repo:shop/*" } # error: any repository of `shop`
    ///       }
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_service_account_iam_member" "deploy" {
    ///   service_account_id = "projects/shop/serviceAccounts/deploy@shop.iam.gserviceaccount.com"
    ///   role               = "roles/iam.workloadIdentityUser"
    ///   member             = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*" # error: federation pool
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_iam_workload_identity_pool_provider" "github" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "github"
    ///   attribute_mapping                  = { "google.subject" = "assertion.sub" }
    ///   oidc {
    ///     issuer_uri = "https://token.actions.githubusercontent.com" # error: let into the pool
    ///   }
    /// }
    ///
    /// resource "google_iam_workload_identity_pool_provider" "branch" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "branch"
    ///   attribute_condition                = "assertion.ref == 'refs/heads/main'" # error: any workload
    ///   oidc {
    ///     issuer_uri = "https://token.actions.githubusercontent.com"
    ///   }
    /// }
    ///
    /// resource "google_iam_workload_identity_pool_provider" "prefix" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "prefix"
    ///   attribute_condition                = "assertion.namespace_path.startsWith('shop')" # error: `shop`
    ///   oidc {
    ///     issuer_uri = "https://gitlab.com"
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "condition" {}
    /// variable "issuer" {}
    ///
    /// resource "google_iam_workload_identity_pool_provider" "github" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "github"
    ///   attribute_condition                = "assertion.repository_owner_id == '123'"
    ///   oidc {
    ///     issuer_uri = "https://token.actions.githubusercontent.com"
    ///   }
    /// }
    ///
    /// resource "google_iam_workload_identity_pool_provider" "chosen" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "chosen"
    ///   attribute_condition                = var.condition
    ///   oidc {
    ///     issuer_uri = "https://token.actions.githubusercontent.com"
    ///   }
    /// }
    ///
    /// resource "google_iam_workload_identity_pool_provider" "other" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "other"
    ///   oidc {
    ///     issuer_uri = var.issuer
    ///   }
    /// }
    ///
    /// resource "google_iam_workload_identity_pool_provider" "own" {
    ///   workload_identity_pool_id          = "ci"
    ///   workload_identity_pool_provider_id = "own"
    ///   oidc {
    ///     issuer_uri = "https://gitlab.shop.example"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azuread_application_flexible_federated_identity_credential" "ci" {
    ///   application_id             = "/applications/00000000-0000-0000-0000-000000000001"
    ///   display_name               = "ci"
    ///   audience                   = "api://AzureADTokenExchange"
    ///   issuer                     = "https://token.actions.githubusercontent.com"
    ///   claims_matching_expression = "claims['sub'] matches 'repo:shop/*'" # error: any repository of `shop`
    /// }
    /// ```
    /// ```tf,good
    /// variable "expression" {}
    ///
    /// resource "azuread_application_flexible_federated_identity_credential" "exact" {
    ///   application_id             = "/applications/00000000-0000-0000-0000-000000000001"
    ///   display_name               = "exact"
    ///   issuer                     = "https://token.actions.githubusercontent.com"
    ///   claims_matching_expression = "claims['sub'] eq 'repo:shop/app:environment:prod'"
    /// }
    ///
    /// resource "azuread_application_flexible_federated_identity_credential" "workflow" {
    ///   application_id             = "/applications/00000000-0000-0000-0000-000000000001"
    ///   display_name               = "workflow"
    ///   issuer                     = "https://token.actions.githubusercontent.com"
    ///   claims_matching_expression = "claims['sub'] matches 'repo:shop/*' and claims['job_workflow_ref'] matches 'shop/ci/.github/workflows/deploy.yml@*'"
    /// }
    ///
    /// resource "azuread_application_flexible_federated_identity_credential" "chosen" {
    ///   application_id             = "/applications/00000000-0000-0000-0000-000000000001"
    ///   display_name               = "chosen"
    ///   issuer                     = "https://token.actions.githubusercontent.com"
    ///   claims_matching_expression = var.expression
    /// }
    /// ```
    /// ```tf,bad
    /// resource "vault_kubernetes_auth_backend_role" "app" {
    ///   role_name                        = "app"
    ///   bound_service_account_names      = ["*"] # error: any service account of the cluster
    ///   bound_service_account_namespaces = ["*"]
    /// }
    ///
    /// resource "vault_jwt_auth_backend_role" "ci" { # error: any workload
    ///   role_name       = "ci"
    ///   role_type       = "jwt"
    ///   user_claim      = "sub"
    ///   bound_audiences = ["vault"]
    /// }
    ///
    /// resource "vault_gcp_auth_backend_role" "app" { # error: `Google Cloud`
    ///   role = "app"
    ///   type = "gce"
    /// }
    /// ```
    /// ```tf,good
    /// variable "claims" {}
    ///
    /// resource "vault_kubernetes_auth_backend_role" "app" {
    ///   role_name                        = "app"
    ///   bound_service_account_names      = ["app"]
    ///   bound_service_account_namespaces = ["shop"]
    /// }
    ///
    /// resource "vault_jwt_auth_backend_role" "ci" {
    ///   role_name    = "ci"
    ///   role_type    = "jwt"
    ///   user_claim   = "sub"
    ///   bound_claims = { project_id = "7" }
    /// }
    ///
    /// resource "vault_jwt_auth_backend_role" "other" {
    ///   role_name    = "other"
    ///   role_type    = "jwt"
    ///   user_claim   = "sub"
    ///   bound_claims = var.claims
    /// }
    ///
    /// resource "vault_gcp_auth_backend_role" "app" {
    ///   role           = "app"
    ///   type           = "gce"
    ///   bound_projects = ["shop"]
    /// }
    ///
    /// resource "vault_jwt_auth_backend_role" "people" {
    ///   role_name  = "people"
    ///   role_type  = "oidc"
    ///   user_claim = "email"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "plan" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = "sts:AssumeRoleWithWebIdentity"
    ///       Principal = {
    ///         Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///       }
    ///       Condition = {
    ///         StringEquals = {
    ///           "token.actions.githubusercontent.com:sub" = "repo:shop/app:pull_request" # error: nobody has reviewed
    ///         }
    ///       }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role_policy" "plan" {
    ///   role = aws_iam_role.plan.name
    ///   policy = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::site/*" }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "subject" {}
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect = "Allow"
    ///         Action = "sts:AssumeRoleWithWebIdentity"
    ///         Principal = {
    ///           Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///         }
    ///         Condition = {
    ///           StringEquals = {
    ///             "token.actions.githubusercontent.com:sub" = "repo:shop/app:environment:prod"
    ///           }
    ///         }
    ///       },
    ///       {
    ///         Effect = "Allow"
    ///         Action = "sts:AssumeRoleWithWebIdentity"
    ///         Principal = {
    ///           Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///         }
    ///         Condition = {
    ///           StringLike = { "token.actions.githubusercontent.com:sub" = var.subject }
    ///         }
    ///       },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRoleWithSAML"
    ///         Principal = { Federated = "arn:aws:iam::123456789012:saml-provider/people" }
    ///       },
    ///     ]
    ///   })
    /// }
    /// ```
    ///
    /// ```tf,good
    /// resource "aws_iam_role" "plan" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = "sts:AssumeRoleWithWebIdentity"
    ///       Principal = {
    ///         Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///       }
    ///       Condition = {
    ///         StringEquals = {
    ///           "token.actions.githubusercontent.com:sub" = "repo:shop/app:pull_request"
    ///         }
    ///       }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role_policy" "plan" {
    ///   role = aws_iam_role.plan.name
    ///   policy = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::site" }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "vault_aws_auth_backend_role" "app" {
    ///   role                     = "app"
    ///   bound_iam_principal_arns = ["arn:aws:iam::123456789012:*"] # error: any identity of the AWS account
    /// }
    /// ```
    /// ```tf,good
    /// variable "arn" {}
    ///
    /// resource "vault_aws_auth_backend_role" "app" {
    ///   role                     = "app"
    ///   bound_iam_principal_arns = ["arn:aws:iam::123456789012:role/app-*", var.arn]
    /// }
    ///
    /// resource "vault_aws_auth_backend_role" "machine" {
    ///   role                     = "machine"
    ///   bound_iam_principal_arns = ["arn:aws:iam::123456789012:*"]
    ///   bound_ami_ids            = ["ami-0"]
    /// }
    /// ```
    ///
    /// ## References
    /// - GitHub: OIDC in AWS, conditions on the subject (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "unrestricted-federation",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI6"],
        OwaspAgentic: ["ASI04"],
        NistCsf: ["PR.AA-02", "PR.AA-03"],
        NistZeroTrust: ["6"],
    ],
    check: Trust(check),
}

const HELP: &str = "compare the subject with the one workload that is meant";

fn check(trust: &Trust, cx: &mut Context<'_>) {
    if trust.mechanism == Mechanism::Pool {
        return pool(trust, cx);
    }
    if trust.mechanism != Mechanism::Federation || !trust.conditions_known {
        return;
    }
    pool_members(trust, cx);
    let Some((issuer, origin)) = issuer(trust) else { return };
    if signs_people_in(&issuer) {
        return;
    }
    if !trust.subject.stated {
        if !is_narrowed(&trust.conditions) && !trust.subject.partial {
            let severity = if is_shared(&issuer) { Severity::Critical } else { Severity::High };
            let message =
                format!("any workload with a token of `{issuer}` can become this identity");
            cx.report(&trust.address, "subject", &origin, message).severity(severity).help(HELP);
        }
        return;
    }
    if others_narrow(trust) {
        return;
    }
    for (subject, like) in subjects(trust) {
        let found = judge(&subject.value, like).or_else(|| proposals(&subject.value, trust, cx));
        let Some((severity, who)) = found else { continue };
        let message = format!("`{}` lets in {who}", subject.value);
        cx.report(&trust.address, "subject", &subject.origin, message)
            .severity(severity)
            .help(HELP);
    }
}

/// A pool that an issuer for everybody fills, without a word on whose tokens it takes.
fn pool(trust: &Trust, cx: &mut Context<'_>) {
    let Knowledge::Known(issuer) = &trust.issuer else { return };
    let name = bare(&issuer.value);
    // What an issuer of one's own signs is for the bindings to tell apart.
    if !is_shared(name) || !trust.conditions_known {
        return;
    }
    let Some(condition) = trust.conditions.first() else {
        let severity = if binds_whole_pool(trust, cx) { Severity::Critical } else { Severity::High };
        let message = format!("any workload with a token of `{name}` is let into the pool");
        cx.report(&trust.address, "condition", &issuer.origin, message)
            .severity(severity)
            .help(POOL_HELP);
        return;
    };
    let [expression] = condition.values.items.as_slice() else { return };
    let who = match claim::opening(&expression.value) {
        Some(_) if condition.values.partial => return,
        Some(Opening::Anyone) => format!("any workload with a token of `{name}`"),
        Some(Opening::Lookalikes(text)) => {
            format!("everybody whose name has `{text}` in that place")
        }
        None => return,
    };
    let message = format!("the condition lets {who} into the pool");
    cx.report(&trust.address, "condition", &expression.origin, message).help(POOL_HELP);
}

const POOL_HELP: &str = "compare the owner in `attribute_condition`, best by its id: \
                         `assertion.repository_owner_id == '…'`";

/// True when the same file hands something to everything that a pool lets in.
fn binds_whole_pool(provider: &Trust, cx: &Context<'_>) -> bool {
    let whole = |it: &str| it.starts_with("principalSet://") && it.ends_with("/*");
    let facts = cx.facts();
    facts.trusts.iter().any(|it| {
        it.mechanism == Mechanism::Federation
            && it.region.file == provider.region.file
            && it.subject.texts().any(whole)
    })
}

/// Members of a Google binding that stand for everything that a pool lets in.
fn pool_members(trust: &Trust, cx: &mut Context<'_>) {
    let whole = |it: &str| it.starts_with("principalSet://") && it.ends_with("/*");
    if !trust.conditions.is_empty() {
        return;
    }
    for member in trust.subject.items.iter().filter(|it| whole(&it.value)) {
        let message = "every identity of the federation pool can become this one";
        // The pool's own condition, which is not a fact, may narrow it.
        cx.report(&trust.address, "subject", &member.origin, message)
            .severity(Severity::Medium)
            .help("name the subject, or an attribute such as the repository");
    }
}

/// The issuer, and where it stands. One that is not written where it can be read is known by
/// the keys of the conditions.
fn issuer(trust: &Trust) -> Option<(String, Origin)> {
    match &trust.issuer {
        Knowledge::Known(it) => Some((bare(&it.value).to_owned(), it.origin.clone())),
        Knowledge::Unknown(_) => {
            let key = trust.conditions.iter().find_map(|it| {
                let key = it.key.strip_suffix(":aud").or_else(|| it.key.strip_suffix(":sub"))?;
                Some(key.to_owned())
            })?;
            Some((key, Origin::at(trust.place)))
        }
        Knowledge::Absent => None,
    }
}

fn bare(issuer: &str) -> &str {
    issuer.strip_prefix("https://").unwrap_or(issuer).trim_end_matches('/')
}

/// Issuers for people and for applications in their hands, which have no workload to name.
fn signs_people_in(issuer: &str) -> bool {
    issuer == "SAML"
        || issuer.contains(":saml-provider/")
        || ["cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com"]
            .iter()
            .chain(["www.amazon.com", "appleid.apple.com"].iter())
            .any(|it| *it == issuer)
}

/// Issuers that sign for everybody who has an account.
const SHARED: &[&str] = &[
    "agent.buildkite.com",
    "app.terraform.io",
    "gitlab.com",
    "token.actions.githubusercontent.com",
];

fn is_shared(issuer: &str) -> bool {
    SHARED.contains(&issuer)
}

/// True when a claim other than the audience is compared with something.
fn is_narrowed(conditions: &[Condition]) -> bool {
    conditions.iter().any(|it| {
        let operator = it.operator.to_ascii_lowercase();
        let loose = operator == "null" || operator.contains("not");
        let open = it.values.texts().all(|it| it == "*") && !it.values.partial;
        !loose && !open && !it.key.to_ascii_lowercase().ends_with(":aud")
    })
}

/// True when a claim besides audience and subject narrows what an open subject lets in.
fn others_narrow(trust: &Trust) -> bool {
    trust.conditions.iter().any(|it| {
        !it.key.to_ascii_lowercase().ends_with(":sub") && is_narrowed(std::slice::from_ref(it))
    })
}

/// The accepted subjects, and whether a `*` in them stands for anything.
fn subjects(trust: &Trust) -> Vec<(&model::Sourced<String>, bool)> {
    let conditions = trust.conditions.iter().filter(|it| {
        it.key.to_ascii_lowercase().ends_with(":sub")
            && !it.operator.to_ascii_lowercase().contains("not")
    });
    let mut found: Vec<_> = conditions
        .flat_map(|it| {
            let like = it.operator.to_ascii_lowercase().contains("like");
            it.values.items.iter().map(move |value| (value, like))
        })
        .collect();
    if found.is_empty() {
        let Patterns { items, .. } = &trust.subject;
        found.extend(items.iter().map(|it| (it, true)));
    }
    found
}

/// Who a subject lets in that it should not.
fn judge(subject: &str, like: bool) -> Option<(Severity, String)> {
    if !like || !subject.contains('*') {
        return None;
    }
    if subject.bytes().all(|it| matches!(it, b'*' | b':')) {
        return Some((Severity::Critical, "any workload of the issuer".to_owned()));
    }
    let (kind, rest) = subject.split_once(':')?;
    match kind {
        "repo" => repository(rest),
        "system" => account(rest),
        "organization" => organization(rest),
        "project_path" => project(rest),
        "arn" => principal(rest),
        _ => None,
    }
}

/// Runs for pull requests hold code that nobody has agreed to.
fn proposals(subject: &str, trust: &Trust, cx: &Context<'_>) -> Option<(Severity, String)> {
    if !subject.starts_with("repo:") || !subject.ends_with(":pull_request") {
        return None;
    }
    let identity = cx.graph().identity(&trust.identity)?;
    let changes = cx.graph().grants_of(identity).iter().any(|it| {
        wildcard::is_admin_role(it)
            || wildcard::gives(it)
                && (!wildcard::wildcards(it).is_empty()
                    || it.actions.texts().flat_map(aws::expand).any(|it| it.is_weighty()))
    });
    // A role that only reads is made for plans of pull requests.
    changes.then(|| (Severity::High, "code of pull requests that nobody has reviewed".to_owned()))
}

/// `ORG/REPO:…` of GitHub.
fn repository(rest: &str) -> Option<(Severity, String)> {
    let (owner, after) = rest.split_once('/').unwrap_or((rest, "*"));
    if owner.starts_with('*') {
        return Some((Severity::Critical, "any repository of GitHub".to_owned()));
    }
    if owner.contains('*') {
        let what = "organisations of others whose names begin so".to_owned();
        return Some((Severity::Critical, what));
    }
    let (name, claims) = after.split_once(':').unwrap_or((after, ""));
    if name.starts_with('*') {
        return Some((Severity::High, format!("any repository of `{owner}`")));
    }
    if name.contains('*') && claims.is_empty() && name.ends_with('*') {
        return Some((Severity::Medium, format!("any repository of `{owner}` with such a name")));
    }
    (claims == "*").then(|| (Severity::Low, "any branch, tag and pull request".to_owned()))
}

/// `serviceaccount:NAMESPACE:NAME` of a cluster.
fn account(rest: &str) -> Option<(Severity, String)> {
    let rest = rest.strip_prefix("serviceaccount:")?;
    let (namespace, name) = rest.split_once(':').unwrap_or((rest, "*"));
    match (namespace == "*", name == "*") {
        (true, true) => Some((Severity::High, "any service account of the cluster".to_owned())),
        (true, false) => {
            Some((Severity::Medium, "accounts of that name in any namespace".to_owned()))
        }
        (false, true) => Some((Severity::Medium, "any service account of a namespace".to_owned())),
        (false, false) => None,
    }
}

/// `aws:iam::ACCOUNT:role/NAME` of AWS.
fn principal(rest: &str) -> Option<(Severity, String)> {
    let mut parts = rest.splitn(5, ':').skip(3);
    let (account, name) = (parts.next()?, parts.next()?);
    if account.contains('*') {
        return Some((Severity::Critical, "identities of any AWS account".to_owned()));
    }
    match name {
        "*" => Some((Severity::High, format!("any identity of the AWS account `{account}`"))),
        "role/*" | "user/*" | "assumed-role/*" => {
            Some((Severity::Medium, format!("any such identity of the AWS account `{account}`")))
        }
        _ => None,
    }
}

/// `ORG:project:P:workspace:W:run_phase:…` of HCP Terraform.
fn organization(rest: &str) -> Option<(Severity, String)> {
    let (owner, after) = rest.split_once(':').unwrap_or((rest, "*"));
    if owner.contains('*') {
        return Some((Severity::Critical, "any organisation of HCP Terraform".to_owned()));
    }
    let open = after == "*" || after == "project:*" || after.starts_with("project:*:workspace:*");
    open.then(|| (Severity::Medium, format!("any workspace of `{owner}`")))
}

/// `GROUP/PROJECT:ref_type:…` of GitLab.
fn project(rest: &str) -> Option<(Severity, String)> {
    let (path, claims) = rest.split_once(':').unwrap_or((rest, ""));
    if path.starts_with('*') {
        return Some((Severity::Critical, "any project of GitLab".to_owned()));
    }
    if path.contains('*') {
        return Some((Severity::High, "any project of a group".to_owned()));
    }
    (claims == "*").then(|| (Severity::Low, "any branch, tag and merge request".to_owned()))
}
