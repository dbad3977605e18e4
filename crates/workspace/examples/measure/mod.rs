//! What the measuring programs share: files read, rounds timed.

use std::path::Path;
use std::time::{Duration, Instant};

use nhilint_workspace::InputFile;

/// The allocator of the command line and the server, so that the figures are theirs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Repetitions; the best one counts, because noise only ever adds.
const ROUNDS: usize = 5;

/// The time of the best round.
pub(crate) fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    best_after(|| (), |()| work())
}

/// The same for work on something that is made anew before each round, untimed.
pub(crate) fn best_after<I, T>(
    mut make: impl FnMut() -> I,
    mut work: impl FnMut(I) -> T,
) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let made = make();
            let started = Instant::now();
            std::hint::black_box(work(made));
            started.elapsed()
        })
        .min()
        .unwrap_or_default()
}

/// Every text file below a folder that `is_wanted` by its path, sorted by path.
pub(crate) fn read(root: &Path, is_wanted: fn(&str) -> bool) -> Vec<InputFile> {
    let mut files = Vec::new();
    let walk = ignore::WalkBuilder::new(root).standard_filters(false).build();
    for entry in walk.flatten().filter(|it| it.file_type().is_some_and(|it| it.is_file())) {
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy();
        if !is_wanted(&path) {
            continue;
        }
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            files.push(InputFile { path: path.into_owned().into(), text: text.into() });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The bytes of all texts.
pub(crate) fn bytes(files: &[InputFile]) -> usize {
    files.iter().map(|it| it.text.len()).sum()
}

pub(crate) fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Megabytes a second.
pub(crate) fn rate(bytes: usize, time: Duration) -> f64 {
    megabytes(bytes) / time.as_secs_f64().max(1e-9)
}
