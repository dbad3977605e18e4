use engine::{Context, Severity, rule};
use model::{Exposure, ExposureKind, Weakness};

rule! {
    /// A generated credential is short, printed or can be worked out.
    ///
    /// ## What
    /// A password is made with a generator for names (`random_string`, `random_id`, `random_pet`,
    /// `random_uuid`, `uuid()`), from a name with a hash, or with `random_password` and fewer than
    /// sixteen characters.
    ///
    /// ## Why
    /// Generators for names are not secret: plans and logs show what they make. A hash of a name
    /// can be computed by everybody who knows the name. Short passwords are tried through once a
    /// copy of the database is out.
    ///
    /// ## Fix
    /// Use `random_password` with a length of at least 16; as an `ephemeral` block together with a
    /// write-only argument it does not even stay in the state. Let the service make and rotate the
    /// password where it can.
    ///
    /// ```tf,bad
    /// variable "name" {}
    ///
    /// resource "random_string" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   password = random_string.db.result # error: `random_string`
    /// }
    ///
    /// resource "aws_db_instance" "second" {
    ///   password = md5(var.name) # error: `md5`
    /// }
    ///
    /// resource "random_password" "cache" {
    ///   length = 8 # error: 8 characters
    /// }
    /// ```
    /// ```tf,good
    /// variable "length" {}
    ///
    /// variable "seed" {
    ///   sensitive = true
    /// }
    ///
    /// resource "random_string" "suffix" {
    ///   length = 6
    /// }
    ///
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "random_password" "other" {
    ///   length = var.length
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   identifier = "main-${random_string.suffix.result}"
    ///   password   = random_password.db.result
    /// }
    ///
    /// resource "aws_db_instance" "second" {
    ///   password = sha256(var.seed)
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform provider `random`: `random_string` is not for sensitive values (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "weak-generated-password",
    family: Secret,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI2"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    let ExposureKind::Weak(weakness) = exposure.kind else { return };
    let Exposure { name, taker, .. } = exposure;
    let (severity, message, help) = match weakness {
        Weakness::Short(length) => (
            if length < 12 { Severity::Medium } else { Severity::Low },
            format!("generated password `{name}` has only {length} characters"),
            "make it 16 characters or more",
        ),
        Weakness::Shown(generator) => (
            Severity::Medium,
            format!("`{name}` of {taker} comes from `{generator}`, which plans and logs show"),
            "make it with `random_password`",
        ),
        Weakness::Derived(function) => (
            Severity::High,
            format!("`{name}` of {taker} follows from a name: everybody can compute `{function}`"),
            "make it with `random_password`",
        ),
    };
    cx.report(&exposure.address, &exposure.field, &exposure.origin, message)
        .severity(severity)
        .help(help)
        .remedy(exposure.fix.as_deref());
}
