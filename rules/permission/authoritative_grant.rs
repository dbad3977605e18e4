use engine::{Context, rule};
use model::{Guard, GuardKind, Lifecycle};

rule! {
    /// A grant takes away what others were granted.
    ///
    /// ## What
    /// `aws_iam_policy_attachment` with a policy that AWS keeps: it decides about everybody in the
    /// account who holds that policy. `google_project_iam_policy` and its like for folders,
    /// organisations and billing accounts: they replace every binding there is, those of Google's
    /// own services too.
    ///
    /// ## Why
    /// Grants that another team or a console made are gone with the next apply, without a word
    /// in the plan about whose they were. Machine identities stop working; to mend it in a hurry,
    /// somebody hands out more than was there.
    ///
    /// ## Fix
    /// Use a resource that adds to what is there: `aws_iam_role_policy_attachment`,
    /// `google_project_iam_member`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_policy_attachment" "logs" {
    ///   name       = "logs"
    ///   roles      = ["writer"]
    ///   policy_arn = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess" # error: everybody else
    /// }
    ///
    /// resource "google_project_iam_policy" "shop" { # error: every other grant
    ///   project     = "shop"
    ///   policy_data = "{}"
    /// }
    /// ```
    /// ```tf,good
    /// variable "policy" {}
    ///
    /// resource "aws_iam_policy" "own" {
    ///   policy = "{}"
    /// }
    ///
    /// resource "aws_iam_policy_attachment" "own" {
    ///   name       = "own"
    ///   roles      = ["writer"]
    ///   policy_arn = aws_iam_policy.own.arn
    /// }
    ///
    /// resource "aws_iam_policy_attachment" "chosen" {
    ///   name       = "chosen"
    ///   roles      = ["writer"]
    ///   policy_arn = var.policy
    /// }
    ///
    /// resource "aws_iam_role_policy_attachment" "logs" {
    ///   role       = "writer"
    ///   policy_arn = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
    /// }
    ///
    /// resource "google_project_iam_member" "shop" {
    ///   project = "shop"
    ///   role    = "roles/logging.logWriter"
    ///   member  = "serviceAccount:writer@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform AWS provider: aws_iam_policy_attachment is exclusive (verified 2026-11-22)
    /// - Terraform Google provider: google_project_iam_policy is authoritative (verified 2026-11-22)
    id: "authoritative-grant",
    family: Permission,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Lifecycle(Lifecycle::TakesOverGrants) = guard.kind else { return };
    let message = if guard.setting == "policy_arn" {
        format!("`{}` takes this policy away from everybody else in the account", guard.agent)
    } else {
        format!("`{}` takes away every other grant", guard.agent)
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("use a resource that adds to the grants that are there");
}
