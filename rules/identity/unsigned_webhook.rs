use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// Messages of a webhook carry nothing that proves who sent them.
    ///
    /// ## What
    /// A webhook of GitHub, GitLab, Bitbucket or SonarQube has no secret or token. Chat services,
    /// whose addresses are secrets themselves, are left alone.
    ///
    /// ## Why
    /// Whoever knows the address can send messages of their own: start a deployment, close an
    /// alert, hand text to an agent. The receiver cannot tell them from real ones.
    ///
    /// ## Fix
    /// Set a random secret, and let the receiver check the signature of every message.
    ///
    /// ```tf,bad
    /// resource "github_repository_webhook" "deploy" { # error: `configuration.secret` is not set
    ///   repository = "shop"
    ///   events     = ["push"]
    ///   configuration {
    ///     url          = "https://deploy.example.com/hook"
    ///     content_type = "json"
    ///   }
    /// }
    ///
    /// resource "gitlab_project_hook" "deploy" { # error: `token` is not set
    ///   project = "1"
    ///   url     = "https://deploy.example.com/hook"
    /// }
    /// ```
    /// ```tf,good
    /// variable "secret" {}
    ///
    /// variable "url" {}
    ///
    /// resource "github_repository_webhook" "deploy" {
    ///   repository = "shop"
    ///   configuration {
    ///     url    = "https://deploy.example.com/hook"
    ///     secret = var.secret
    ///   }
    /// }
    ///
    /// resource "github_repository_webhook" "chat" {
    ///   repository = "shop"
    ///   configuration {
    ///     url = "https://hooks.slack.com/services/EXAMPLE"
    ///   }
    /// }
    ///
    /// resource "gitlab_project_hook" "chosen" {
    ///   project = "1"
    ///   url     = var.url
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: triggers.tekton.dev/v1beta1
    /// kind: EventListener
    /// metadata:
    ///   name: push
    /// spec:
    ///   serviceAccountName: triggers
    ///   triggers:
    ///     - interceptors:
    ///         - ref:
    ///             name: github # error: anybody can send
    ///           params:
    ///             - name: eventTypes
    ///               value: ["push"]
    /// ```
    /// ```yaml,good
    /// apiVersion: triggers.tekton.dev/v1beta1
    /// kind: EventListener
    /// metadata:
    ///   name: push
    /// spec:
    ///   serviceAccountName: triggers
    ///   triggers:
    ///     - interceptors:
    ///         - ref:
    ///             name: github
    ///           params:
    ///             - name: secretRef
    ///               value:
    ///                 secretName: webhook
    ///                 secretKey: token
    ///         - ref:
    ///             name: cel
    /// ```
    ///
    /// ## References
    /// - GitHub: validating webhook deliveries (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "unsigned-webhook",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        NistCsf: ["PR.AA-03", "PR.AA-04"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::WebhookSigned(false) = guard.kind else { return };
    let message = format!("`{}` is not set: anybody can send messages in its name", guard.setting);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("set a random secret, and let the receiver check signatures");
}
