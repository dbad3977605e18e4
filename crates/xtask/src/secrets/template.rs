//! Templates: files with holes that fakes fill, and labels at the ends of lines.
//!
//! `⟦…⟧` is a hole, `⟪+ kind | why⟫` at the end of a line says that it holds a credential,
//! `⟪- kind | why⟫` that it holds none. `testdata/secrets/README.md` lists what holes can hold.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::draw::Draw;
use super::label::Label;
use super::{checksum, der};

/// Named patterns of tokens, as `tokens.tsv` lists them.
pub(crate) type Tokens = BTreeMap<String, String>;

/// A file of the set with what is said about its lines.
pub(crate) struct Filled {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) labels: Vec<Label>,
}

/// Fills the files of a bundle: `==> path` begins each.
pub(crate) fn bundle(text: &str, tokens: &Tokens) -> Result<Vec<Filled>> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("==> ") {
            files.push((path.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = files.last_mut() {
            body.push_str(line);
            body.push('\n');
        }
    }
    files.iter().map(|(path, body)| file(path, body, tokens)).collect()
}

/// Fills one file.
pub(crate) fn file(path: &str, template: &str, tokens: &Tokens) -> Result<Filled> {
    let mut filler = Filler { draw: Draw::new(path), tokens, known: BTreeMap::new() };
    let mut filled = Filled { path: path.to_owned(), text: String::new(), labels: Vec::new() };
    for (at, line) in template.lines().enumerate() {
        let number = filled.text.lines().count() + 1;
        let (line, label) = match line.split_once('⟪') {
            Some((before, rest)) => (before.trim_end(), Some(rest)),
            None => (line, None),
        };
        let text = filler.fill(line).with_context(|| format!("{path}: line {}", at + 1))?;
        let indent: String = line.chars().take_while(|it| *it == ' ').collect();
        filled.text.push_str(&text.replace('\n', &format!("\n{indent}")));
        filled.text.push('\n');
        if let Some(label) = label {
            let label = label.trim_end().trim_end_matches('⟫');
            let (sign, rest) = label.split_at_checked(1).context("an empty label")?;
            let (kind, why) = rest.split_once('|').unwrap_or((rest, ""));
            filled.labels.push(Label {
                file: path.to_owned(),
                line: number,
                secret: sign == "+",
                kind: kind.trim().to_owned(),
                why: why.trim().to_owned(),
            });
        }
    }
    Ok(filled)
}

struct Filler<'a> {
    draw: Draw,
    tokens: &'a Tokens,
    known: BTreeMap<String, String>,
}

impl Filler<'_> {
    fn fill(&mut self, text: &str) -> Result<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('⟦') {
            out.push_str(before);
            let (inner, behind) = closing(after).context("`⟦` without its `⟧`")?;
            out.push_str(&self.hole(inner)?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// `name`, `name#id` for the same value again, `name:body`.
    fn hole(&mut self, hole: &str) -> Result<String> {
        let (head, body) = hole.split_once(':').unwrap_or((hole, ""));
        let (name, id) = match head.split_once('#') {
            Some((name, _)) => (name, Some(hole.to_owned())),
            None => (head, None),
        };
        if let Some(known) = id.as_ref().and_then(|it| self.known.get(it)) {
            return Ok(known.clone());
        }
        let body = self.fill(body)?;
        let value = self.value(name, &body)?;
        if let Some(id) = id {
            self.known.insert(id, value.clone());
        }
        Ok(value)
    }

    fn value(&mut self, name: &str, body: &str) -> Result<String> {
        // A name with a body is a function: `gitlab` is a token, `gitlab:…` its checksum.
        let pattern = self.tokens.get(name).filter(|_| body.is_empty()).cloned();
        if let Some(pattern) = pattern {
            return self.fill(&pattern);
        }
        Ok(match name {
            "uuid" => self.draw.uuid(),
            "base64" => STANDARD.encode(body.replace("\\n", "\n")),
            "base64url" => URL_SAFE_NO_PAD.encode(body),
            "json" => body.replace('\\', "\\\\").replace('"', "\\\""),
            "bytes" => STANDARD.encode(self.draw.bytes(body.parse()?)),
            "crc62" => checksum::base62(body),
            "crchex" => checksum::hex_of_body(body),
            "crcall" => checksum::hex_of_all(body, ""),
            "crcall=" => checksum::hex_of_all(body, "="),
            "grafana" => checksum::grafana(body),
            "gitlab" => checksum::gitlab(body),
            "azure" => {
                let mut parts = body.split(' ');
                let mut part = || parts.next().context("azure needs a mark, a place and a length");
                let (mark, at, length) = (part()?, part()?.parse()?, part()?.parse()?);
                checksum::azure(&mut self.draw, mark, at, length)
            }
            "jwt" => self.jwt("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", body),
            "jwt-hs" => self.jwt("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", body),
            "pem" => der::pem(&mut self.draw, body).context("unknown key")?.join("\n"),
            "pem-n" => der::pem(&mut self.draw, body).context("unknown key")?.join("\\n"),
            "pem-base64" => {
                let lines = der::pem(&mut self.draw, body).context("unknown key")?;
                STANDARD.encode(lines.join("\n") + "\n")
            }
            "word" => self.word(),
            "password" => self.password(),
            "passphrase" => {
                let words: Vec<String> = (0..4).map(|_| self.word().to_lowercase()).collect();
                words.join("-")
            }
            _ => self.letters(name)?,
        })
    }

    fn jwt(&mut self, header: &str, claims: &str) -> String {
        let signature = self.draw.letters('u', 43).unwrap_or_default();
        let encode = |it: &str| URL_SAFE_NO_PAD.encode(it);
        format!("{}.{}.{signature}", encode(header), encode(claims))
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 16] = [
            "Kestrel", "Marmot", "Juniper", "Saffron", "Obsidian", "Walnut", "Thistle", "Puffin",
            "Quarry", "Lantern", "Bramble", "Heron", "Cobalt", "Tundra", "Falcon", "Mistral",
        ];
        let at = self.draw.below(WORDS.len());
        WORDS.get(at).copied().unwrap_or("Kestrel").to_owned()
    }

    /// As a person makes one: a word, a symbol, a number.
    fn password(&mut self) -> String {
        const SYMBOLS: [char; 6] = ['@', '!', '-', '#', '_', '%'];
        let at = self.draw.below(SYMBOLS.len());
        let symbol = SYMBOLS.get(at).copied().unwrap_or('@');
        format!("{}{symbol}{}", self.word(), 100 + self.draw.below(9_900))
    }

    /// `b36`: so many letters of a class.
    fn letters(&mut self, name: &str) -> Result<String> {
        let mut chars = name.chars();
        let class = chars.next().unwrap_or(' ');
        let count = chars.as_str().parse().ok();
        match count.and_then(|it| self.draw.letters(class, it)) {
            Some(it) => Ok(it),
            None => bail!("`⟦{name}⟧` is no hole"),
        }
    }
}

/// Splits at the bracket that closes the one before the text.
fn closing(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, it) in text.char_indices() {
        match it {
            '⟦' => depth += 1,
            '⟧' if depth == 0 => return Some((text.get(..at)?, text.get(at + it.len_utf8()..)?)),
            '⟧' => depth -= 1,
            _ => {}
        }
    }
    None
}
