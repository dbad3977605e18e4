use engine::{Context, Severity, rule};
use model::{Guard, GuardKind, UseMode};

rule! {
    /// Whatever runs on a machine can take the machine's credentials.
    ///
    /// ## What
    /// The metadata service of a machine answers without a session: `http_tokens` is `optional`,
    /// or not written, for an EC2 instance or launch template with an instance profile. A machine
    /// without a role and one whose metadata service is off are left alone, and so is a region
    /// whose default (`aws_ec2_instance_metadata_defaults`) requires sessions.
    ///
    /// A `http_put_response_hop_limit` of more than two, which containers need at most.
    ///
    /// In Google Kubernetes Engine: a cluster without `workload_identity_config`, and nodes whose
    /// `workload_metadata_config` hands the machine's own metadata to every pod.
    ///
    /// ## Why
    /// A web application that can be made to fetch an address of the attacker's choice hands out
    /// the keys of its machine: the service needs nothing but a plain request. With sessions it
    /// takes a request of another kind first, which such a hole rarely allows.
    ///
    /// ## Fix
    /// Write `http_tokens = "required"`, and make sure that the SDKs on the machine are not older
    /// than 2020. Without the argument the image and the account decide. For a cluster of Google,
    /// set `workload_pool` and give each workload a service account.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "app" {
    ///   name = "app"
    /// }
    ///
    /// resource "aws_iam_instance_profile" "app" {
    ///   role = aws_iam_role.app.name
    /// }
    ///
    /// resource "aws_instance" "app" {
    ///   ami                  = "ami-0"
    ///   iam_instance_profile = aws_iam_instance_profile.app.name
    ///   metadata_options {
    ///     http_tokens = "optional" # error: the credentials of `aws_iam_role.app`
    ///   }
    /// }
    ///
    /// resource "aws_launch_template" "worker" { # error: `metadata_options.http_tokens` is not set
    ///   iam_instance_profile {
    ///     name = "worker"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_instance" "router" {
    ///   iam_instance_profile = "router"
    ///   metadata_options {
    ///     http_tokens                 = "required"
    ///     http_put_response_hop_limit = 64 # error: beyond the machine
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "hops" {}
    ///
    /// resource "aws_instance" "host" {
    ///   iam_instance_profile = "host"
    ///   metadata_options {
    ///     http_tokens                 = "required"
    ///     http_put_response_hop_limit = 2
    ///   }
    /// }
    ///
    /// resource "aws_instance" "chosen" {
    ///   iam_instance_profile = "host"
    ///   metadata_options {
    ///     http_tokens                 = "required"
    ///     http_put_response_hop_limit = var.hops
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_container_cluster" "shop" { # error: `workload_identity_config.workload_pool` is not set
    ///   name = "shop"
    /// }
    ///
    /// resource "google_container_node_pool" "jobs" {
    ///   cluster = "shop"
    ///   node_config {
    ///     workload_metadata_config {
    ///       mode = "GCE_METADATA" # error: a plain request is enough
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "pool" {}
    /// variable "autopilot" {}
    ///
    /// resource "google_container_cluster" "shop" {
    ///   name = "shop"
    ///   workload_identity_config {
    ///     workload_pool = var.pool
    ///   }
    /// }
    ///
    /// resource "google_container_cluster" "managed" {
    ///   name             = "managed"
    ///   enable_autopilot = true
    /// }
    ///
    /// resource "google_container_cluster" "chosen" {
    ///   name             = "chosen"
    ///   enable_autopilot = var.autopilot
    /// }
    ///
    /// resource "google_container_node_pool" "jobs" {
    ///   cluster = "shop"
    ///   node_config {
    ///     workload_metadata_config {
    ///       mode = "GKE_METADATA"
    ///     }
    ///   }
    /// }
    ///
    /// resource "google_container_node_pool" "new" {
    ///   cluster = "shop"
    /// }
    /// ```
    /// ```tf,good
    /// variable "tokens" {}
    ///
    /// resource "aws_instance" "app" {
    ///   iam_instance_profile = "app"
    ///   metadata_options {
    ///     http_tokens = "required"
    ///   }
    /// }
    ///
    /// resource "aws_instance" "chosen" {
    ///   iam_instance_profile = "app"
    ///   metadata_options {
    ///     http_tokens = var.tokens
    ///   }
    /// }
    ///
    /// resource "aws_instance" "silent" {
    ///   iam_instance_profile = "app"
    ///   metadata_options {
    ///     http_endpoint = "disabled"
    ///   }
    /// }
    ///
    /// resource "aws_instance" "without_role" {
    ///   ami = "ami-0"
    /// }
    ///
    /// resource "aws_launch_template" "base" {
    ///   image_id = "ami-0"
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS EC2 User Guide: use the Instance Metadata Service (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "open-machine-credentials",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI6"],
        NistCsf: ["PR.AA-03", "PR.PS-01"],
        NistZeroTrust: ["6"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::MachineCredentialsOpen(true) = guard.kind else { return };
    let uses = cx.graph().uses_by(&guard.agent);
    let role = uses.iter().filter(|it| it.mode == UseMode::RunsAs).find_map(|it| {
        let found = cx.graph().identity(&it.to)?;
        Some((found, it.place))
    });
    let whose = match role {
        Some((role, _)) => format!("the credentials of `{}`", role.address),
        None => "the machine's credentials".to_owned(),
    };
    let far = guard.setting.ends_with("hop_limit");
    let message = if far {
        format!("answers travel beyond the machine and its containers, with {whose}")
    } else if guard.stated {
        format!("a plain request is enough to take {whose}")
    } else {
        format!("`{}` is not set: a plain request may be enough to take {whose}", guard.setting)
    };
    let severity = if guard.stated && role.is_some() && !far { Severity::High } else { Severity::Medium };
    let finding = cx.report_at(&guard.agent, &guard.setting, guard.place, message);
    let help = match guard.client {
        "AWS" if far => format!("set `{}` to 1, or 2 for containers", guard.setting),
        "AWS" => format!("let `{}` require a session", guard.setting),
        _ => format!("set `{}`, so that each workload gets an identity of its own", guard.setting),
    };
    finding.severity(severity).help(help);
    finding.remedy(guard.fix.as_deref());
    if let Some((_, place)) = role {
        finding.related(place, "acts as this role");
    }
}
