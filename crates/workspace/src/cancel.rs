//! Stops an analysis that nobody waits for any more.

use std::fmt;
use std::sync::Arc;

/// Tells an analysis whether its result is still wanted. The default always says yes.
#[derive(Clone, Default)]
pub struct Cancel(Option<Arc<Outdated>>);

type Outdated = dyn Fn() -> bool + Send + Sync;

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cancel")
    }
}

impl Cancel {
    /// Asks a function, often and from several threads.
    pub fn when(outdated: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(outdated)))
    }

    /// True when the result is not wanted any more.
    pub fn is_due(&self) -> bool {
        self.0.as_ref().is_some_and(|it| it())
    }
}
