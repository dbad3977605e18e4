//! The table of logs of access, read once.

use std::sync::LazyLock;

use model::Audited;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/audited.tsv");

/// What a resource type says about a log.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) resource: &'static str,
    pub(super) about: Audited,
    /// The way to the argument, or the type of another resource.
    pub(super) path: &'static str,
    pub(super) how: How,
    pub(super) client: &'static str,
}

/// How it says so.
#[derive(Debug)]
pub(super) enum How {
    /// By the value of an argument.
    Switch {
        /// One of these decides.
        values: Vec<&'static str>,
        /// True when one of them means that it is logged.
        logs: bool,
        /// What holds when nothing is written.
        absent: Option<bool>,
    },
    /// By another resource that refers to it and names one of these categories.
    Beside(Vec<&'static str>),
    /// By a resource that stands once for all.
    Account,
    /// By the number of days that it is kept.
    Days,
    /// By what keeps it: a type and its argument for the days.
    Group(&'static str, &'static str),
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

/// The rows of a resource type.
pub(super) fn rows(kind: &str) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |it| it.resource == kind)
}

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [how, resource, about, path, values, absent, client] = columns.as_slice() else {
        return None;
    };
    let list = |it: &'static str| it.split('|').collect::<Vec<_>>();
    let how = match *how {
        "switch" => How::Switch {
            values: list(values.strip_prefix('!').unwrap_or(values)),
            logs: !values.starts_with('!'),
            absent: match *absent {
                "on" => Some(true),
                "off" => Some(false),
                _ => None,
            },
        },
        "beside" => How::Beside(list(values)),
        "account" => How::Account,
        "days" => How::Days,
        "group" => values.split_once('.').map(|(kind, days)| How::Group(kind, days))?,
        _ => return None,
    };
    Some(Row { resource, about: audited(about)?, path, how, client })
}

fn audited(text: &str) -> Option<Audited> {
    Some(match text {
        "api-calls" => Audited::ApiCalls,
        "model-requests" => Audited::ModelRequests,
        "secret-reads" => Audited::SecretReads,
        "data-reads" => Audited::DataReads,
        "federated-sign-ins" => Audited::FederatedSignIns,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(TABLE.len(), model::rows(ROWS).count());
        assert!(TABLE.iter().all(|it| !it.path.is_empty() && !it.client.is_empty()));
    }
}
