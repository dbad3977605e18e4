//! One decision, made in one place: is this literal a credential, which kind, how long does it
//! live, and what should stand there instead.
//!
//! Front ends know the place (the key, the kind of slot) and ask [`judge`]; they never look at
//! a value themselves.

mod base64_text;
mod check;
mod command;
mod decide;
mod encrypted;
mod format;
mod header;
mod json;
mod jwt;
mod lines;
mod memory;
mod name;
mod named;
mod nested;
mod pem;
mod phrase;
mod placeholder;
mod program;
mod reference;
mod repair;
mod replacement;
mod scan;
mod script;
mod search;
mod shape;
mod strength;
mod structure;
mod url;
mod value;
mod variable;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use model::{
    Certainty, CredentialKind, Expiry, Literal, LiteralClass, Origin, Piece, ReferenceSyntax,
    Secret, Text,
};

pub use command::{Argument, arguments};
pub use header::{header, takes_credential};
pub use memory::remembering;
pub use name::key_names_credential;
pub use repair::complete_repairs;
pub use scan::of_service_account;
pub use script::command_line;
pub use variable::{VariableNames, variable, variable_of};

/// What the place of a literal says about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// The place takes nothing but a credential (a provider's `secret_key`, a password
    /// argument, an `Authorization` header): any real value is one.
    Credential,
    /// The key's name decides, together with the shape of the value.
    ByName,
    /// Free text: only known formats count.
    Text,
}

/// Where a literal stands.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The key, argument or variable name; empty when there is none.
    pub key: &'a str,
    /// What the place says.
    pub expectation: Expectation,
}

/// A credential inside a text.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which bytes of the text hold it.
    pub range: Range<usize>,
    /// The value.
    pub secret: Secret,
    /// What it is.
    pub kind: CredentialKind,
    /// Who issues it.
    pub provider: Option<Cow<'static, str>>,
    /// The known format, in words.
    pub format: Option<Cow<'static, str>>,
    /// Why it counts as one.
    pub certainty: Certainty,
    /// Whether knowing it is enough to act.
    pub class: LiteralClass,
    /// A word everybody knows, in a place where it would work: the password of a database or
    /// user, which the file itself sets. The same word as a token or API key never worked and
    /// is a [`Verdict::Placeholder`], like every text that asks the reader to replace it.
    pub well_known: bool,
    /// Until when it is good, as far as it says itself or its format implies.
    pub expiry: Expiry,
    /// The short-lived replacement its issuer offers, as an imperative.
    pub replacement: Option<Cow<'static, str>>,
    /// The way through nested formats, outermost first.
    pub decoded: Vec<Cow<'static, str>>,
}

impl Found {
    /// The fact that it is written out, at `origin` and nowhere else.
    pub fn literal(&self, origin: Origin) -> Literal {
        Literal {
            secret: self.secret.clone(),
            origin,
            format: self.format.clone(),
            certainty: self.certainty,
            class: self.class,
            well_known: self.well_known,
            beside_encryption: false,
            decoded: self.decoded.clone(),
            copies: Vec::new(),
            is_copy: false,
            key_id: None,
        }
    }
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, Default)]
pub enum Verdict {
    /// Nothing that concerns identities.
    #[default]
    Nothing,
    /// A stand-in that a person was meant to replace.
    Placeholder,
    /// Encrypted: safe to commit.
    Encrypted,
    /// The text names where the credential is.
    Reference {
        /// In which notation.
        syntax: ReferenceSyntax,
        /// What it names; never a secret.
        target: String,
    },
    /// Credentials that are written out; at least one.
    Credentials(Vec<Found>),
}

/// Judges a wholly known text.
pub fn judge(text: &str, question: &Question<'_>) -> Verdict {
    if decide::is_clearly_nothing(text, question) {
        return Verdict::Nothing;
    }
    memory::recall(text, question, || decide::judge_closely(text, question, 0))
}

/// Judges a text of which parts may be unknown, and says where each credential is written, in
/// the order of [`Verdict::Credentials`].
///
/// In a partly unknown text only known formats count, piece by piece: what a place expects
/// says nothing about half a value.
pub fn judge_text(text: &Text, question: &Question<'_>) -> (Verdict, Vec<Origin>) {
    let Some(known) = text.known() else { return judge_pieces(text) };
    let verdict = judge(&known, question);
    let origins = match &verdict {
        Verdict::Credentials(found) => found
            .iter()
            .map(|it| text.locate(it.range.start, it.range.end).unwrap_or_default())
            .collect(),
        _ => Vec::new(),
    };
    (verdict, origins)
}

/// Stands for what is not known, in a text that is judged with it.
const UNKNOWN: char = '\u{fffc}';

fn judge_pieces(text: &Text) -> (Verdict, Vec<Origin>) {
    let question = Question { key: "", expectation: Expectation::Text };
    let (mut whole, mut known) = (String::new(), Text::default());
    for piece in &text.pieces {
        match piece {
            Piece::Literal { text, .. } => {
                whole.push_str(text);
                known.pieces.push(piece.clone());
            }
            Piece::Unknown { .. } => whole.push(UNKNOWN),
        }
    }
    let (mut all, mut origins) = (Vec::new(), Vec::new());
    if known.pieces.is_empty() {
        return (Verdict::Nothing, origins);
    }
    let Verdict::Credentials(found) = judge(&whole, &question) else {
        return (Verdict::Nothing, origins);
    };
    for it in found {
        let before = whole.get(..it.range.start).unwrap_or_default();
        let after = whole.get(it.range.end..).unwrap_or_default();
        let inside = whole.get(it.range.clone()).unwrap_or_default();
        // Without a format of its own, what touches the unknown may be half of something, and so
        // may what stands at an end of the text.
        let is_cut = before.is_empty()
            || after.is_empty()
            || before.ends_with(UNKNOWN)
            || after.starts_with(UNKNOWN);
        if inside.contains(UNKNOWN) || is_cut && it.certainty > Certainty::Format {
            continue;
        }
        let gone = before.matches(UNKNOWN).count() * UNKNOWN.len_utf8();
        let (start, end) = (it.range.start - gone, it.range.end - gone);
        origins.push(known.locate(start, end).unwrap_or_default());
        all.push(it);
    }
    if all.is_empty() { (Verdict::Nothing, origins) } else { (Verdict::Credentials(all), origins) }
}
