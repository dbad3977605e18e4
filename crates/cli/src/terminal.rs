//! What the command line knows about where its output goes.

use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, ColorChoice};

/// Columns when the output is no terminal.
const DEFAULT_WIDTH: usize = 100;

/// A wider terminal is not used to its end: nobody reads lines that long.
const WIDEST: usize = 140;

/// Standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// Colours are wanted: by flag, by `NO_COLOR` and its kin, or because it is a terminal.
    pub(crate) color: bool,
    /// Links are understood.
    pub(crate) links: bool,
    /// Columns.
    pub(crate) width: usize,
    /// Columns for tables, which are cut and not wrapped; unlimited when nobody looks.
    pub(crate) table_width: usize,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        let color = AutoStream::choice(&out) != ColorChoice::Never;
        let columns = terminal_size::terminal_size_of(&out).map(|(it, _)| usize::from(it.0));
        let width = columns.map_or(DEFAULT_WIDTH, |it| it.min(WIDEST));
        let links = color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        Self { color, links, width, table_width: columns.unwrap_or(usize::MAX) }
    }

    /// Writes bytes to standard output.
    pub(crate) fn print(self, bytes: &[u8]) -> io::Result<()> {
        self.write(|out| out.write_all(bytes))
    }

    /// Writes to standard output through a buffer.
    pub(crate) fn write(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
        let written = write(&mut out).and_then(|()| out.flush());
        written.map_err(|it| {
            io::Error::new(it.kind(), format!("cannot write to standard output: {it}"))
        })
    }
}
