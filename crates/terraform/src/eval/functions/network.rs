//! Functions on address ranges: `cidrhost`, `cidrnetmask`, `cidrsubnet`, `cidrsubnets`, and
//! OpenTofu's `cidrcontains`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::Value;

use super::Call;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let compute: fn(Range, &[i128]) -> Option<Computed> = match call.name {
        "cidrhost" => host,
        "cidrnetmask" => netmask,
        "cidrsubnet" => subnet,
        "cidrsubnets" => subnets,
        "cidrcontains" => {
            let (outer, inner) = (call.text(0)?, call.text(1)?);
            return Some(match contains(&outer, &inner) {
                Some(it) => values::boolean(it, call.origin()),
                None => values::invalid(call.place),
            });
        }
        _ => return None,
    };
    let range = call.text(0)?;
    let numbers: Vec<i128> = call.arguments.iter().skip(1).map(integer).collect::<Option<_>>()?;
    let text = |it: String| values::text(it, call.origin());
    Some(match Range::parse(&range).and_then(|it| compute(it, &numbers)) {
        Some(Computed::One(it)) => text(it),
        Some(Computed::Many(all)) => {
            values::list(all.into_iter().map(text).collect(), call.origin())
        }
        None => values::invalid(call.place),
    })
}

fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number().filter(|it| it.fract() == 0.0 && it.abs() < 9e15)?;
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Some(number as i128)
}

enum Computed {
    One(String),
    Many(Vec<String>),
}

/// An address range; the address bits stand at the low end.
#[derive(Clone, Copy)]
struct Range {
    network: u128,
    prefix: u32,
    /// 32 or 128.
    bits: u32,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (number, bits) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(it) => (u128::from(it.to_bits()), 32),
            IpAddr::V6(it) => (it.to_bits(), 128),
        };
        let prefix = prefix.parse().ok().filter(|it| *it <= bits)?;
        Some(Self { network: number & !ones(bits - prefix), prefix, bits })
    }

    fn address(self, number: u128) -> Option<IpAddr> {
        if self.bits == 32 {
            return Some(Ipv4Addr::from_bits(u32::try_from(number).ok()?).into());
        }
        Some(Ipv6Addr::from_bits(number).into())
    }

    /// The subnet with a number among those that are `new` bits smaller.
    fn within(self, new: i128, number: u128) -> Option<Self> {
        let new = u32::try_from(new).ok()?;
        let prefix = self.prefix.checked_add(new).filter(|it| *it <= self.bits)?;
        if number > ones(new) {
            return None;
        }
        let network = self.network | number.checked_shl(self.bits - prefix).unwrap_or(0);
        Some(Self { network, prefix, bits: self.bits })
    }

    fn text(self) -> Option<String> {
        Some(format!("{}/{}", self.address(self.network)?, self.prefix))
    }
}

/// Whether a range holds another range, or an address.
fn contains(outer: &str, inner: &str) -> Option<bool> {
    let outer = Range::parse(outer)?;
    let inner = match inner.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => Range::parse(&format!("{inner}/32"))?,
        Ok(IpAddr::V6(_)) => Range::parse(&format!("{inner}/128"))?,
        Err(_) => Range::parse(inner)?,
    };
    if outer.bits != inner.bits {
        return None;
    }
    let host = ones(outer.bits - outer.prefix);
    Some(outer.prefix <= inner.prefix && inner.network & !host == outer.network)
}

/// A number whose lowest bits are set.
fn ones(bits: u32) -> u128 {
    1_u128.checked_shl(bits).map_or(u128::MAX, |it| it - 1)
}

fn host(range: Range, numbers: &[i128]) -> Option<Computed> {
    let [number] = numbers else { return None };
    let largest = ones(range.bits - range.prefix);
    // A negative number counts from the end.
    let offset = match u128::try_from(*number) {
        Ok(it) => Some(it).filter(|it| *it <= largest)?,
        Err(_) => largest.checked_sub(number.unsigned_abs() - 1)?,
    };
    Some(Computed::One(range.address(range.network | offset)?.to_string()))
}

fn netmask(range: Range, numbers: &[i128]) -> Option<Computed> {
    if range.bits != 32 || !numbers.is_empty() {
        return None;
    }
    let mask = ones(32) & !ones(32 - range.prefix);
    Some(Computed::One(range.address(mask)?.to_string()))
}

fn subnet(range: Range, numbers: &[i128]) -> Option<Computed> {
    let [new, number] = numbers else { return None };
    Some(Computed::One(range.within(*new, u128::try_from(*number).ok()?)?.text()?))
}

/// Subnets one after the other, each at the next border of its size.
fn subnets(range: Range, numbers: &[i128]) -> Option<Computed> {
    let last = range.network | ones(range.bits - range.prefix);
    let mut next = Some(range.network);
    let mut all = Vec::with_capacity(numbers.len());
    for new in numbers {
        let size = ones(range.bits - range.within(*new, 0)?.prefix);
        let network = next?.checked_add(size)? & !size;
        let end = network.checked_add(size).filter(|it| *it <= last)?;
        let prefix = range.prefix + u32::try_from(*new).ok()?;
        all.push(Range { network, prefix, bits: range.bits }.text()?);
        next = end.checked_add(1);
    }
    Some(Computed::Many(all))
}
