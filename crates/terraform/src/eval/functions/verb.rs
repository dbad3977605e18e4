//! `format` and its verbs, as far as they follow from known arguments.

use model::{Data, Piece, Value};

use crate::values;

/// Why there is no formatted text.
pub(super) enum Refusal {
    /// Terraform would refuse it too.
    Invalid,
    /// It is not known, or a form that is not understood.
    Unknown,
}

/// Columns of one verb.
const WIDTH: usize = 1024;

/// `%[flags][width][.precision][[index]]letter`
#[derive(Default)]
struct Verb<'t> {
    flags: &'t str,
    width: usize,
    precision: Option<usize>,
    /// Counted from one.
    index: Option<usize>,
    letter: char,
    /// Bytes after the percent sign.
    length: usize,
}

impl<'t> Verb<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let mut verb = Self::default();
        let mut take = |set: &dyn Fn(char) -> bool| -> Option<&'t str> {
            let rest = text.get(verb.length..)?;
            let end = rest.find(|it| !set(it)).unwrap_or(rest.len());
            verb.length += end;
            rest.get(..end)
        };
        let flags = take(&|it| " +-#0".contains(it))?;
        let width = take(&|it| it.is_ascii_digit())?;
        let precision = take(&|it| it == '.')?;
        let digits =
            if precision.is_empty() { None } else { Some(take(&|it| it.is_ascii_digit())?) };
        let index = if take(&|it| it == '[')?.is_empty() {
            None
        } else {
            let index = take(&|it| it.is_ascii_digit())?.parse().ok()?;
            (take(&|it| it == ']')?.len() == 1).then_some(())?;
            Some(index)
        };
        let letter = text.get(verb.length..)?.chars().next()?;
        let number = |it: &str| if it.is_empty() { Some(0) } else { it.parse().ok() };
        verb.flags = flags;
        verb.width = number(width).filter(|it| *it <= WIDTH)?;
        verb.precision = match digits {
            Some(digits) => Some(number(digits).filter(|it| *it <= WIDTH)?),
            None => None,
        };
        verb.index = index;
        verb.letter = letter;
        verb.length += letter.len_utf8();
        Some(verb)
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// True when the argument goes into the text as it is.
    fn is_plain(&self) -> bool {
        self.flags.is_empty() && self.width == 0 && self.precision.is_none()
    }

    fn padded(&self, sign: &str, digits: &str) -> String {
        let length = sign.chars().count() + digits.chars().count();
        let missing = self.width.saturating_sub(length);
        if self.has('-') {
            format!("{sign}{digits}{}", " ".repeat(missing))
        } else if self.has('0') {
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            format!("{}{sign}{digits}", " ".repeat(missing))
        }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.has('+'), self.has(' ')) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    fn number(&self, it: f64) -> Option<String> {
        let (sign, size) = (self.sign(it.is_sign_negative() && it != 0.0), it.abs());
        let digits = match self.letter {
            'f' | 'F' => format!("{size:.*}", self.precision.unwrap_or(6)),
            'e' | 'E' => exponent(&format!("{size:.*e}", self.precision.unwrap_or(6)))?,
            'g' | 'G' if self.precision.is_none() => {
                if size != 0.0 && !(1e-4..1e21).contains(&size) {
                    return None;
                }
                size.to_string()
            }
            _ => self.integer(size.trunc())?,
        };
        let upper = matches!(self.letter, 'E' | 'X');
        Some(self.padded(sign, &if upper { digits.to_uppercase() } else { digits }))
    }

    fn integer(&self, size: f64) -> Option<String> {
        if size >= 9e15 || self.precision.is_some() {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        let number = size as u64;
        Some(match (self.letter, self.has('#')) {
            ('d', _) => number.to_string(),
            ('x' | 'X', false) => format!("{number:x}"),
            ('x' | 'X', true) => format!("0x{number:x}"),
            ('o', false) => format!("{number:o}"),
            ('b', false) => format!("{number:b}"),
            _ => return None,
        })
    }
}

/// Go writes exponents with a sign and two digits.
fn exponent(text: &str) -> Option<String> {
    let (mantissa, power) = text.split_once('e')?;
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    Some(format!("{mantissa}e{sign}{power:0>2}"))
}

/// The pieces of a formatted text.
pub(super) fn format(template: &Value, arguments: &[Value]) -> Result<Vec<Piece>, Refusal> {
    let Data::String(template) = &template.data else { return Err(Refusal::Unknown) };
    let mut out = Vec::new();
    let (mut next, mut used) = (0, 0);
    for piece in &template.pieces {
        let Piece::Literal { text, .. } = piece else { return Err(Refusal::Unknown) };
        let mut rest = 0;
        while let Some(found) = text.get(rest..).and_then(|it| it.find('%')) {
            let at = rest + found;
            out.extend(values::slice(piece, rest, at).filter(|_| at > rest));
            let verb = text.get(at + 1..).and_then(Verb::parse).ok_or(Refusal::Unknown)?;
            rest = at + 1 + verb.length;
            if verb.letter == '%' {
                out.extend(values::slice(piece, at, at + 1));
                continue;
            }
            let index = verb.index.map_or(Some(next), |it: usize| it.checked_sub(1));
            let argument = index.and_then(|it| arguments.get(it)).ok_or(Refusal::Invalid)?;
            next = index.map_or(next, |it| it + 1);
            used = used.max(next);
            out.extend(formatted(&verb, argument)?);
        }
        out.extend(values::slice(piece, rest, text.len()).filter(|_| text.len() > rest));
    }
    // An argument that no verb takes is an error.
    if used < arguments.len() { Err(Refusal::Invalid) } else { Ok(out) }
}

fn formatted(verb: &Verb<'_>, argument: &Value) -> Result<Vec<Piece>, Refusal> {
    let literal = |text: String| {
        vec![Piece::Literal { text: text.into(), origin: argument.origin.clone(), map: None }]
    };
    let collection = matches!(argument.data, Data::List(_) | Data::Map(_));
    match verb.letter {
        's' if collection => Err(Refusal::Invalid),
        's' | 'v' if verb.is_plain() => Ok(values::pieces(argument)),
        'v' if collection => Ok(values::pieces(argument)),
        'v' if verb.has('#') => {
            let mut pieces = Vec::new();
            values::write_json(argument, 0, &mut pieces);
            Ok(pieces)
        }
        // A width changes the text, and so does a number of something unknown.
        _ if argument.is_unknown() => {
            Ok(vec![Piece::Unknown { origin: argument.origin.clone(), remote: None }])
        }
        _ if matches!(argument.data, Data::Null) => Err(Refusal::Unknown),
        's' | 'v' | 'q' => {
            let text = values::known_text(argument).ok_or(Refusal::Invalid)?;
            let text = match verb.precision {
                Some(most) => text.chars().take(most).collect(),
                None => text,
            };
            let text = if verb.letter == 'q' { values::json_string(&text) } else { text };
            Ok(literal(verb.padded("", &text)))
        }
        't' => {
            let known = argument.as_bool().ok_or(Refusal::Invalid)?;
            Ok(literal(verb.padded("", &known.to_string())))
        }
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = argument.as_number().ok_or(Refusal::Invalid)?;
            verb.number(number).map(literal).ok_or(Refusal::Unknown)
        }
        _ => Err(Refusal::Unknown),
    }
}
