use engine::{Context, rule};
use model::{Exposure, ExposureKind, PlainSlot};

rule! {
    /// A credential is filled in as plain text where the platform could read it itself.
    ///
    /// ## What
    /// A password, key or token that comes from elsewhere (an input, a secret store, a generator)
    /// is put into the environment of a workload, a start script, a command or a value of a chart.
    /// The platform has a way to name the secret instead and to fill it in when it is needed.
    ///
    /// Values that are written out are reported as embedded secrets.
    ///
    /// ## Why
    /// Definitions of workloads are read with harmless permissions: whoever may describe the
    /// function, the task or the machine holds the credential, and every process on a machine can
    /// ask for its start script. A new value needs a new deployment, so it is never changed.
    ///
    /// ## Fix
    /// Name the secret where the platform offers that, or let the workload read it with an
    /// identity of its own.
    ///
    /// ```tf,bad
    /// variable "db_password" {
    ///   sensitive = true
    /// }
    ///
    /// data "aws_secretsmanager_secret_version" "api" {
    ///   secret_id = "api"
    /// }
    ///
    /// resource "aws_ecs_task_definition" "app" {
    ///   container_definitions = jsonencode([{
    ///     name = "app"
    ///     environment = [
    ///       { name = "DB_HOST", value = "db" },
    ///       { name = "DB_PASSWORD", value = var.db_password }, # error: environment
    ///     ]
    ///   }])
    /// }
    ///
    /// resource "aws_lambda_function" "app" {
    ///   environment {
    ///     variables = {
    ///       API_KEY = data.aws_secretsmanager_secret_version.api.secret_string # error
    ///     }
    ///   }
    /// }
    ///
    /// resource "aws_instance" "app" {
    ///   user_data = base64encode("export DB_PASSWORD=${var.db_password}") # error: start script
    /// }
    /// ```
    /// ```tf,bad
    /// resource "random_password" "admin" {
    ///   length = 24
    /// }
    ///
    /// resource "google_cloud_run_v2_service" "app" {
    ///   template {
    ///     containers {
    ///       env {
    ///         name  = "ADMIN_PASSWORD"
    ///         value = random_password.admin.result # error: environment
    ///       }
    ///     }
    ///   }
    /// }
    ///
    /// resource "helm_release" "app" {
    ///   set {
    ///     name  = "auth.password"
    ///     value = random_password.admin.result # error: chart value
    ///   }
    /// }
    ///
    /// resource "helm_release" "shop" {
    ///   values = [yamlencode({ auth = { password = random_password.admin.result } })] # error: chart value
    /// }
    ///
    /// data "cloudinit_config" "app" {
    ///   part {
    ///     content = "export PASSWORD=${random_password.admin.result}" # error: start script
    ///   }
    /// }
    ///
    /// resource "docker_container" "app" {
    ///   env = ["PORT=80", "PASSWORD=${random_password.admin.result}"] # error: environment
    /// }
    ///
    /// resource "null_resource" "seed" {
    ///   provisioner "local-exec" {
    ///     command = "seed --password ${random_password.admin.result}" # error: command
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "db_password_arn" {}
    ///
    /// variable "mode" {}
    ///
    /// resource "aws_secretsmanager_secret" "db" {}
    ///
    /// resource "random_password" "admin" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_ecs_task_definition" "app" {
    ///   container_definitions = jsonencode([{
    ///     name        = "app"
    ///     secrets     = [{ name = "DB_PASSWORD", valueFrom = var.db_password_arn }]
    ///     environment = [{ name = "SECRET_ARN", value = aws_secretsmanager_secret.db.arn }]
    ///   }])
    /// }
    ///
    /// resource "aws_codebuild_project" "app" {
    ///   environment {
    ///     environment_variable {
    ///       name  = "MODE"
    ///       value = var.mode
    ///     }
    ///     environment_variable {
    ///       name  = "TOKEN"
    ///       type  = "SECRETS_MANAGER"
    ///       value = aws_secretsmanager_secret.db.name
    ///     }
    ///   }
    /// }
    ///
    /// resource "helm_release" "app" {
    ///   set_sensitive {
    ///     name  = "auth.password"
    ///     value = random_password.admin.result
    ///   }
    /// }
    ///
    /// resource "helm_release" "shop" {
    ///   values = [yamlencode({ mode = var.mode, auth = { existingSecret = "shop" } })]
    /// }
    ///
    /// resource "docker_container" "app" {
    ///   env = ["PORT=80", "MODE=${var.mode}"]
    /// }
    ///
    /// resource "null_resource" "seed" {
    ///   provisioner "local-exec" {
    ///     command     = "seed"
    ///     environment = { PASSWORD = random_password.admin.result }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS ECS: pass sensitive data to a container (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "plain-text-handover",
    family: Secret,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI6"],
        NistCsf: ["PR.DS-01", "PR.PS-01"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    let ExposureKind::PlainText { slot, instead } = exposure.kind else { return };
    let place = match slot {
        PlainSlot::Environment => "the environment",
        PlainSlot::StartScript => "a start script",
        PlainSlot::Command => "a command",
        PlainSlot::ChartValue => "a chart value",
    };
    let source = exposure.source.as_deref().unwrap_or(&exposure.name);
    let message = format!("`{source}` stands in {place} of {} as plain text", exposure.taker);
    cx.report(&exposure.address, &exposure.field, &exposure.origin, message)
        .help(instead)
        .remedy(exposure.fix.as_deref());
}
