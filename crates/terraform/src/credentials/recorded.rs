//! Credentials that a state holds in plain text.
//!
//! Every argument and computed attribute ends up in the state as it is, however carefully the
//! configuration handed it on. One credential is one finding, whichever attributes, outputs
//! and resources repeat it; a literal of the configuration keeps its finding there.

use model::{Origin, Place, Slot, SlotKind, Text};
use secrets::{Expectation, Found, Question, Verdict};
use syntax::{Kind, Node};

use super::computed::{self, Computed};
use super::found::Site;
use super::table::{self, Row};
use crate::lower::{Collector, Unit};
use crate::policy::json;
use crate::recorded::{Recorded, Recording, Sensitive};

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for recording in unit.evaluator.recorded().filter(|it| !it.is_plan()) {
        for recorded in &recording.resources {
            if let Some(body) = recorded.body() {
                let walk = Walk::new(unit, recording, recorded);
                walk.value(body, &mut String::new(), "", out);
            }
        }
        for (name, node, _) in &recording.outputs {
            let walk = Walk {
                unit,
                recording,
                base: format!("output.{name}"),
                taker: format!("output \"{name}\""),
                rows: &[],
                computed: Vec::new(),
                sensitive: Sensitive::Nothing,
                region: Place::new(recording.file, node.span()),
            };
            walk.value(*node, &mut (*name).to_owned(), name, out);
        }
    }
}

/// A walk over one recorded object.
struct Walk<'w, 'e, 'p> {
    unit: &'w Unit<'e, 'p>,
    recording: &'w Recording<'p>,
    base: String,
    taker: String,
    rows: &'static [Row],
    computed: Vec<&'static Computed>,
    sensitive: Sensitive<'p>,
    region: Place,
}

impl<'w, 'e, 'p> Walk<'w, 'e, 'p> {
    fn new(unit: &'w Unit<'e, 'p>, recording: &'w Recording<'p>, of: &Recorded<'p>) -> Self {
        let kind = of.declaration.kind;
        Self {
            unit,
            recording,
            base: of.address.to_string(),
            taker: kind.to_owned(),
            rows: table::rows(kind),
            computed: if of.is_data {
                computed::rows(&format!("data.{kind}")).collect()
            } else {
                computed::rows(kind).collect()
            },
            sensitive: of.sensitive,
            region: of.declaration.region,
        }
    }

    /// Recursion follows the tree, whose depth the parser bounds.
    fn value(&self, node: Node<'p>, path: &mut String, key: &str, out: &mut Collector) {
        match node.kind() {
            Kind::Map => {
                for child in node.children() {
                    let Some(key) = child.key() else { continue };
                    let before = path.len();
                    if before > 0 {
                        path.push('.');
                    }
                    path.push_str(key);
                    self.value(child, path, key, out);
                    path.truncate(before);
                }
            }
            Kind::Seq => node.children().for_each(|it| self.value(it, path, key, out)),
            Kind::String if node.text().is_some_and(|it| !it.is_empty()) => {
                self.leaf(node, path, key, out);
            }
            _ => {}
        }
    }

    fn leaf(&self, node: Node<'p>, path: &str, key: &str, out: &mut Collector) {
        let text = Text::from_node(node, self.recording.file);
        let mut computed = self.computed.iter().copied();
        let computed = computed.find(|it| it.kind.is_some() && it.attributes.contains(&path));
        let row = table::row(self.rows, path).filter(|it| it.certain && !it.is_map());
        let first = path.split('.').next().unwrap_or(path);
        // A name that may mean a credential does mean one where the value is marked.
        let marked = !matches!(self.sensitive.attribute(first), Sensitive::Nothing)
            && secrets::key_names_credential(key).is_some();
        let is_document = json::looks_like(&text);
        let certain = (computed.is_some() || row.is_some() || marked) && !is_document;
        let expectation = if certain { Expectation::Credential } else { Expectation::ByName };
        let question = Question { key, expectation };
        let (Verdict::Credentials(found), origins) = secrets::judge_text(&text, &question) else {
            return;
        };
        let site = Site {
            address: self.unit.named(&format!("{}#{path}", self.base)),
            name: key.to_owned(),
            slot: Slot { kind: SlotKind::State, path: path.to_owned(), taker: self.taker.clone() },
            holder: None,
            in_state: true,
            twin: None,
            region: self.region,
        };
        for (found, origin) in found.into_iter().zip(origins) {
            self.add(found, origin, computed, &site, out);
        }
    }

    fn add(
        &self,
        mut found: Found,
        origin: Origin,
        computed: Option<&Computed>,
        site: &Site,
        out: &mut Collector,
    ) {
        if let Some(computed) = computed
            && let Some(kind) = computed.kind
            && found.format.is_none()
        {
            found.kind = kind;
            found.provider = computed.provider.map(Into::into);
        }
        out.recorded(site.literal(found, origin));
    }
}
