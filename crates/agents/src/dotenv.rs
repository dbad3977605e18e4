//! Files of variables that a configuration names: `envFile`, `env: ".env"`.
//!
//! Such a file means something only when a configuration hands it to an agent or a tool
//! server, so what it holds is dropped again unless one does (see `join`).

use model::SlotKind;
use secrets::Expectation;

use crate::handover::At;
use crate::lowering::Lowering;

impl Lowering<'_> {
    /// `NAME=value` on each line; quotes around the value are not part of it.
    pub(crate) fn variables_file(&mut self) {
        let Some(root) = self.document() else { return };
        let taker = self.agent_taker("", root);
        for entry in root.children() {
            let (Some(key), Some(value)) = (entry.key(), self.snippet(entry)) else { continue };
            let (kind, expects) = (SlotKind::Environment, Expectation::ByName);
            self.hand_over(&value, At { kind, path: key, key, expects }, &taker);
        }
    }
}
