//! Whether access is written to a log, and for how long it is kept.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Audited, GuardKind};
use support::{Lowered, one};

/// What is logged or not, whether that is written, and where.
fn audited(lowered: &Lowered) -> Vec<(Audited, bool, bool, &str)> {
    let found = lowered.facts.guards.iter().filter_map(|it| match it.kind {
        GuardKind::Audited(what, on) => Some((what, on, it.stated, lowered.slice(it.place))),
        _ => None,
    });
    found.collect()
}

fn kept(lowered: &Lowered) -> Vec<(&str, u64, &str)> {
    let found = lowered.facts.guards.iter().filter_map(|it| match &it.kind {
        GuardKind::LogRetention(days) => {
            Some((&*it.agent.name, days.value, lowered.slice(days.place())))
        }
        _ => None,
    });
    found.collect()
}

#[test]
fn switches_say_what_is_logged() {
    use Audited::{ApiCalls, DataReads, FederatedSignIns, SecretReads};
    let trail = |inner: &str| format!("resource \"aws_cloudtrail\" \"t\" {{\n{inner}\n}}\n");
    let cluster = |inner: &str| format!("resource \"aws_eks_cluster\" \"c\" {{\n{inner}\n}}\n");
    let config = |inner: &str| {
        format!("resource \"google_project_iam_audit_config\" \"a\" {{\n{inner}\n}}\n")
    };
    let selector = |inner: &str| format!("event_selector {{\n{inner}\n}}\n");
    let read = |kind: &str| format!("audit_log_config {{\nlog_type = \"{kind}\"\n}}\n");
    type Expected<'a> = &'a [(Audited, bool, bool, &'a str)];
    let cases: &[(&str, String, Expected<'_>)] = &[
        ("a trail as it is made", trail(""), &[(DataReads, false, false, "\"t\"")]),
        (
            "off",
            trail("enable_logging = false"),
            &[(DataReads, false, false, "\"t\""), (ApiCalls, false, true, "false")],
        ),
        (
            "on",
            trail("enable_logging = true"),
            &[(DataReads, false, false, "\"t\""), (ApiCalls, true, true, "true")],
        ),
        (
            "as text",
            trail("enable_logging = \"false\""),
            &[(DataReads, false, false, "\"t\""), (ApiCalls, false, true, "\"false\"")],
        ),
        ("unknown", trail("enable_logging = var.x"), &[(DataReads, false, false, "\"t\"")]),
        (
            "writes only",
            trail(&selector("read_write_type = \"WriteOnly\"")),
            &[(DataReads, false, false, "\"t\""), (SecretReads, false, true, "\"WriteOnly\"")],
        ),
        (
            "writes here and everything there",
            trail(&format!("{}{}", selector("read_write_type = \"WriteOnly\""), selector(""))),
            &[(DataReads, false, false, "\"t\"")],
        ),
        (
            "two trails",
            format!(
                "{}{}",
                trail(&selector("read_write_type = \"WriteOnly\"")),
                trail("").replace("\"t\"", "\"u\"")
            ),
            &[],
        ),
        (
            "without keys",
            trail(&selector("exclude_management_event_sources = [\"kms.amazonaws.com\"]")),
            &[
                (DataReads, false, false, "\"t\""),
                (SecretReads, false, true, "[\"kms.amazonaws.com\"]"),
            ],
        ),
        (
            "blocks that something unknown makes",
            trail(
                "dynamic \"event_selector\" {\nfor_each = var.x\ncontent {\nread_write_type = \"WriteOnly\"\n}\n}",
            ),
            &[],
        ),
        (
            "a trail that selects data",
            trail(&selector("data_resource {\ntype = \"AWS::S3::Object\"\nvalues = []\n}")),
            &[(DataReads, true, true, "\"AWS::S3::Object\"")],
        ),
        (
            "a trail that selects what cannot be told",
            trail(&selector("data_resource {\ntype = var.x\nvalues = []\n}")),
            &[],
        ),
        (
            "a trail that selects data in the newer form",
            trail(
                "advanced_event_selector {\nfield_selector {\nfield = \"eventCategory\"\nequals = [\"Data\"]\n}\n}",
            ),
            &[(DataReads, true, true, "[\"Data\"]")],
        ),
        ("a cluster that says nothing", cluster(""), &[(ApiCalls, false, false, "\"c\"")]),
        (
            "a cluster without audit",
            cluster("enabled_cluster_log_types = [\"api\"]"),
            &[(ApiCalls, false, true, "[\"api\"]")],
        ),
        (
            "a cluster with audit",
            cluster("enabled_cluster_log_types = [\"api\", \"audit\"]"),
            &[(ApiCalls, true, true, "[\"api\", \"audit\"]")],
        ),
        ("perhaps", cluster("enabled_cluster_log_types = [\"api\", var.x]"), &[]),
        (
            "reads by administrators",
            config(&read("ADMIN_READ")),
            &[(DataReads, false, true, "\"ADMIN_READ\"")],
        ),
        (
            "reads of data too",
            config(&format!("{}{}", read("ADMIN_READ"), read("DATA_READ"))),
            &[(DataReads, true, true, "\"DATA_READ\"")],
        ),
        (
            "a federation",
            "resource \"google_iam_workforce_pool_provider\" \"p\" {\n}\n".into(),
            &[(FederatedSignIns, false, false, "\"p\"")],
        ),
    ];
    for (name, text, expected) in cases {
        let lowered = one(&format!("provider \"aws\" {{}}\nvariable \"x\" {{}}\n{text}"));
        assert_eq!(audited(&lowered), *expected, "{name}");
    }
}

#[test]
fn another_resource_may_log() {
    let vault = |name: &str| format!("resource \"azurerm_key_vault\" \"{name}\" {{}}\n");
    let setting = |target: &str, inner: &str| {
        format!(
            "resource \"azurerm_monitor_diagnostic_setting\" \"s\" {{\ntarget_resource_id = {target}\n{inner}\n}}\n"
        )
    };
    let audit = "enabled_log {\ncategory = \"AuditEvent\"\n}";
    let group = "enabled_log {\ncategory_group = \"allLogs\"\n}";
    let reads = Audited::SecretReads;
    let both = format!("{}{}", vault("a"), vault("b"));
    type Expected<'a> = &'a [(Audited, bool, bool, &'a str)];
    let cases: &[(&str, String, Expected<'_>)] = &[
        ("nobody declares settings", both.clone(), &[]),
        (
            "one was left out",
            format!("{both}{}", setting("azurerm_key_vault.a.id", audit)),
            &[(reads, false, false, "\"b\""), (reads, true, true, "\"s\"")],
        ),
        (
            "only metrics",
            format!("{}{}", vault("a"), setting("azurerm_key_vault.a.id", "")),
            &[(reads, false, false, "\"a\"")],
        ),
        (
            "a group",
            format!("{}{}", vault("a"), setting("azurerm_key_vault.a.id", group)),
            &[(reads, true, true, "\"s\"")],
        ),
        ("perhaps it", format!("{}{}", vault("a"), setting("var.x", audit)), &[]),
        (
            "perhaps that category",
            format!(
                "{}{}",
                vault("a"),
                setting("azurerm_key_vault.a.id", "enabled_log {\ncategory = var.x\n}")
            ),
            &[],
        ),
    ];
    for (name, text, expected) in cases {
        let lowered = one(&format!("provider \"azurerm\" {{}}\nvariable \"x\" {{}}\n{text}"));
        assert_eq!(audited(&lowered), *expected, "{name}");
    }
    // Whoever calls a module may declare what it does not.
    let called = format!("variable \"x\" {{}}\n{both}{}", setting("azurerm_key_vault.a.id", audit));
    assert_eq!(audited(&one(&called)), [(reads, true, true, "\"s\"")]);
}

#[test]
fn logs_are_kept_by_what_they_are_sent_to() {
    let group = |days: &str| {
        format!(
            "resource \"aws_cloudwatch_log_group\" \"g\" {{\nretention_in_days = {days}\n}}\nvariable \"x\" {{}}\n"
        )
    };
    let trail = "resource \"aws_cloudtrail\" \"t\" {\ncloud_watch_logs_group_arn = \"${aws_cloudwatch_log_group.g.arn}:*\"\n}\n";
    let plain = "resource \"aws_cloudtrail\" \"t\" {\ncloud_watch_logs_group_arn = aws_cloudwatch_log_group.g.arn\n}\n";
    let expected = [("aws_cloudwatch_log_group.g", 14, "14")];
    assert_eq!(kept(&one(&format!("{}{plain}", group("14")))), expected);
    assert_eq!(kept(&one(&format!("{}{trail}", group("14")))), expected);
    let twice = plain.replace("\"t\"", "\"u\"");
    assert_eq!(kept(&one(&format!("{}{plain}{twice}", group("14")))), expected);
    assert_eq!(kept(&one(&group("14"))), []);
    assert_eq!(kept(&one(&format!("{}{plain}", group("0")))), []);
    assert_eq!(kept(&one(&format!("{}{plain}", group("var.x")))), []);
}
