//! Who outside of an account may be let in: vendors, and services that act for everybody.

use std::sync::LazyLock;

use crate::identity::Party;
use crate::table;

static VENDORS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-vendors.tsv"));
    rows.filter_map(|row| {
        let [account, name] = row[..] else { return None };
        Some((account, name))
    })
    .collect()
});

static SERVICES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-services.tsv"));
    rows.filter_map(|row| {
        let [service, places] = row[..] else { return None };
        Some((service, places))
    })
    .collect()
});

/// The vendor that assumes its customers' roles from an account.
pub fn vendor(account: &str) -> Option<&'static str> {
    VENDORS.iter().find(|it| it.0 == account).map(|it| it.1)
}

/// The account that a party is or belongs to.
pub fn account_of(party: &Party) -> Option<&str> {
    match party {
        Party::Account(account) => Some(account),
        Party::Named { name, .. } => name.strip_prefix("arn:")?.split(':').nth(3),
        _ => None,
    }
}

/// Where a service is let in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Door {
    /// The trust of a role.
    Trust,
    /// The policy of a function, queue or topic.
    Invoke,
}

/// True for a service that acts for resources of any account, and says for which when asked:
/// `events.amazonaws.com`.
pub fn acts_for_anyone(principal: &str, door: Door) -> bool {
    let Some((name, _)) = principal.split_once(".amazonaws.com") else { return false };
    let wanted = match door {
        Door::Trust => "trust",
        Door::Invoke => "invoke",
    };
    SERVICES
        .iter()
        .any(|(service, doors)| *service == name && doors.split(',').any(|it| it == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_known_by_their_account() {
        assert_eq!(vendor("464622532012"), Some("Datadog"));
        assert_eq!(vendor("123456789012"), None);
        let digits = |it: &str| it.len() == 12 && it.bytes().all(|b| b.is_ascii_digit());
        assert!(VENDORS.iter().all(|it| digits(it.0) && !it.1.is_empty()));
    }

    #[test]
    fn services_act_for_anyone_at_some_doors() {
        assert!(acts_for_anyone("events.amazonaws.com", Door::Trust));
        assert!(acts_for_anyone("s3.amazonaws.com.cn", Door::Invoke));
        assert!(acts_for_anyone("apigateway.amazonaws.com", Door::Invoke));
        assert!(!acts_for_anyone("apigateway.amazonaws.com", Door::Trust));
        assert!(!acts_for_anyone("ec2.amazonaws.com", Door::Trust));
        assert!(!acts_for_anyone("events", Door::Trust));
    }
}
