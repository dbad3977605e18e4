use engine::{Context, rule};
use model::{Identity, Purpose, wildcard};

rule! {
    /// A session of a role lasts too long.
    ///
    /// ## What
    /// The longest session of an identity is set beyond four hours for a workload
    /// (`max_session_duration` of an IAM role), beyond eight hours for people
    /// (`session_duration` of an Identity Center permission set), or beyond four hours for people
    /// with every right.
    ///
    /// ## Why
    /// The keys of a session cannot be called back one by one. Whoever copies them from a log, a
    /// build or a laptop acts with them until they end.
    ///
    /// ## Fix
    /// Leave the default of one hour, and let what runs longer fetch new keys: every SDK does that
    /// by itself. Backups and migrations that cannot deserve a role of their own.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "batch" {
    ///   name                 = "batch"
    ///   max_session_duration = 43200 # error: 12 hours
    /// }
    ///
    /// resource "aws_ssoadmin_permission_set" "support" {
    ///   name             = "support"
    ///   session_duration = "PT12H" # error: 12 hours
    /// }
    ///
    /// resource "aws_ssoadmin_permission_set" "admin" {
    ///   name             = "admin"
    ///   session_duration = "PT8H" # error: every right
    /// }
    ///
    /// resource "aws_ssoadmin_managed_policy_attachment" "admin" {
    ///   permission_set_arn = aws_ssoadmin_permission_set.admin.arn
    ///   managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    /// }
    /// ```
    /// ```tf,good
    /// variable "seconds" {}
    ///
    /// resource "aws_iam_role" "app" {
    ///   name = "app"
    /// }
    ///
    /// resource "aws_iam_role" "build" {
    ///   max_session_duration = 7200
    /// }
    ///
    /// resource "aws_iam_role" "chosen" {
    ///   max_session_duration = var.seconds
    /// }
    ///
    /// resource "aws_ssoadmin_permission_set" "support" {
    ///   name             = "support"
    ///   session_duration = "PT8H"
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: update the maximum session duration of a role (verified 2026-11-22)
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "long-session",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-03"],
        NistZeroTrust: ["3"],
    ],
    check: Identity(check),
}

const HOUR: u64 = 3600;

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let Some(seconds) = identity.session_seconds.known() else { return };
    let people = identity.human == Some(true) || identity.purpose == Purpose::Human;
    let admin = cx.graph().grants_of(identity).iter().any(|it| wildcard::is_admin_role(it));
    let (limit, because) = match (people, admin) {
        (true, true) => (4 * HOUR, " with every right"),
        (true, false) => (8 * HOUR, ""),
        (false, _) => (4 * HOUR, ""),
    };
    if seconds.value <= limit {
        return;
    }
    let hours = seconds.value.div_ceil(HOUR);
    let what = identity.kind.describe();
    let message = format!("a session of this {what} lasts up to {hours} hours{because}");
    let help = format!("set it to {} hours or less", limit / HOUR);
    cx.report(&identity.address, "session", &seconds.origin, message).help(help);
}
