//! How far a run is, for somebody who waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what a run has done. Cloning shares the count.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    read: Arc<AtomicUsize>,
}

impl Progress {
    /// Files that were read so far.
    pub fn read(&self) -> usize {
        self.read.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }
}
