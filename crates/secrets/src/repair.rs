//! Repairs that take a credential out of a file leave nothing of it there.

use std::collections::BTreeMap;

use model::{Credential, Edit, FileId, Fix, Secret};

/// Bytes that are looked through for what repairs leave. A file full of credentials is not
/// repaired to its end in one go.
const SEARCHED: usize = 64 << 20;

/// Joins the repairs of literals with one value in one file to one, and takes away those after
/// which the value would still stand somewhere in the file that `source` tells.
pub fn complete_repairs<'t>(
    credentials: &mut [Credential],
    source: impl Fn(FileId) -> Option<&'t str>,
) {
    let mut groups: BTreeMap<(FileId, Secret), Vec<usize>> = BTreeMap::new();
    for (at, credential) in credentials.iter().enumerate() {
        if let Some(literal) = credential.literal().filter(|_| credential.fix.is_some()) {
            let key = (credential.place.file, literal.secret.clone());
            groups.entry(key).or_default().push(at);
        }
    }
    let mut left = SEARCHED;
    for ((file, secret), members) in groups {
        let text = source(file);
        left = left.saturating_sub(text.map_or(0, str::len));
        let fixes = members.iter().filter_map(|it| credentials.get(*it)?.fix.as_deref());
        let joined = join(fixes).filter(|fix| {
            left > 0 && text.is_some_and(|it| leaves(&secret, it, fix) == Some(false))
        });
        for at in members {
            if let Some(credential) = credentials.get_mut(at) {
                credential.fix = joined.clone().map(Box::new);
            }
        }
    }
}

/// One repair that does what several do; `None` when they are in each other's way.
fn join<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Option<Fix> {
    let mut joined: Option<Fix> = None;
    for fix in fixes {
        match &mut joined {
            None => joined = Some(fix.clone()),
            Some(joined) => {
                joined.safety = joined.safety.max(fix.safety);
                joined.edits.extend(fix.edits.iter().cloned());
            }
        }
    }
    let mut joined = joined?;
    joined.edits.sort_by_key(|it| (it.file, it.span.start, it.span.end));
    joined.edits.dedup();
    let apart = |pair: &[Edit]| match pair {
        [a, b] => a.file != b.file || a.span.end <= b.span.start,
        _ => true,
    };
    joined.edits.windows(2).all(apart).then_some(joined)
}

/// True when a secret stands in a text after a repair of it; `None` when the repair is of
/// something else.
fn leaves(secret: &Secret, text: &str, fix: &Fix) -> Option<bool> {
    let mut at = 0;
    for edit in &fix.edits {
        let kept = text.get(at..edit.span.start as usize)?;
        if secret.occurs_in(kept) || secret.occurs_in(&edit.text) {
            return Some(true);
        }
        at = edit.span.end as usize;
    }
    Some(secret.occurs_in(text.get(at..)?))
}

#[cfg(test)]
mod tests {
    use model::{
        Address, Certainty, Literal, LiteralClass, Origin, Place, Safety, Slot, SlotKind, Span,
        Storage,
    };

    use super::*;

    const FILE: FileId = FileId(0);

    /// A literal at each place of a text where `secret` stands in `<…>`, with its repair.
    fn marked(text: &str, secret: &str) -> Vec<Credential> {
        let mark = format!("<{secret}>");
        let at = |(start, found): (usize, &str)| {
            let place = Place::new(FILE, Span::from_usize(start, start + found.len()));
            let literal = Literal {
                secret: Secret::new(secret),
                origin: Origin::at(place),
                format: None,
                certainty: Certainty::Place,
                class: LiteralClass::Secret,
                well_known: false,
                beside_encryption: false,
                decoded: Vec::new(),
                copies: Vec::new(),
                is_copy: false,
                key_id: None,
            };
            let slot = Slot { kind: SlotKind::Other, path: String::new(), taker: String::new() };
            let edits = vec![Edit::replace(place, "reference")];
            let fix = Fix { title: String::new(), safety: Safety::Unsafe, edits };
            let storage = Storage::Literal(literal);
            let address = Address::new("", "a");
            Credential {
                fix: Some(Box::new(fix)),
                ..Credential::new(address, String::new(), slot, storage, place, place)
            }
        };
        text.match_indices(&mark).map(at).collect()
    }

    fn edits(text: &str) -> Vec<usize> {
        let mut credentials = marked(text, "FAKEsecret");
        complete_repairs(&mut credentials, |_| Some(text));
        credentials.iter().map(|it| it.fix.as_ref().map_or(0, |it| it.edits.len())).collect()
    }

    #[test]
    fn every_copy_goes_or_none() {
        assert_eq!(edits("a: <FAKEsecret>"), [1]);
        assert_eq!(edits("a: <FAKEsecret>\nb: <FAKEsecret>"), [2, 2]);
        assert_eq!(edits("# FAKEsecret\na: <FAKEsecret>\nb: <FAKEsecret>"), [0, 0]);
        assert_eq!(edits("a: <FAKEsecret>\nb: x-FAKEsecret-y"), [0]);
    }

    #[test]
    fn a_file_that_is_not_there_is_not_repaired() {
        let mut credentials = marked("<FAKEsecret>", "FAKEsecret");
        complete_repairs(&mut credentials, |_| None);
        assert!(credentials.iter().all(|it| it.fix.is_none()));
    }
}
