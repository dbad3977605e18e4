//! Reads what surrounds a program: the pipelines that build it, Compose, the variables and
//! settings it starts with, CloudFormation, and the files in which tools keep their credentials;
//! and lowers them to facts.
//!
//! A format is a row of `detect`; pipelines of every service take one walk (`pipeline`), files of
//! settings another (`settings`). Nothing here judges, resolves a reference or runs anything.

mod compose;
mod detect;
mod format;
mod notation;
mod pipeline;
mod program;
mod settings;
mod sheet;
mod stored_key;
mod template;

use model::{Facts, Source};
use syntax::Language;

use crate::format::Format;
use crate::sheet::Sheet;

/// The language of a file that this front end reads by its name; `None` leaves it to others.
pub fn named_language(path: &str, text: &str) -> Option<Language> {
    detect::by_name(path, text).map(Format::language)
}

/// The language of a file that this front end reads by its content; ask for its name first.
pub fn content_language(path: &str, text: &str) -> Option<Language> {
    detect::by_content(path, text).map(Format::language)
}

/// The language of a file of settings that neither this nor any other front end knows otherwise.
pub fn settings_language(path: &str, text: &str) -> Option<Language> {
    program::recognise(path, text).map(Format::language)
}

/// True for a name that may be that of a file for this front end, whatever its ending says.
pub fn is_named(path: &str) -> bool {
    detect::is_named(path)
}

/// Lowers one file. A file that is not recognised yields no facts.
pub fn lower(source: &Source<'_>) -> Facts {
    let text = source.tree.source();
    let named = detect::recognise(source.path, text);
    let Some(format) = named.or_else(|| program::recognise(source.path, text)) else {
        return Facts::default();
    };
    let mut sheet = Sheet::new(*source, format);
    for document in source.tree.documents() {
        match format {
            Format::Compose => compose::document(&mut sheet, document),
            Format::Template(_) => template::document(&mut sheet, document),
            _ => match format.pipeline() {
                Some(service) => pipeline::document(&mut sheet, service, document),
                None => settings::document(&mut sheet, document),
            },
        }
    }
    sheet.finish()
}
