//! The files of a packed chart, read in memory.
//!
//! An archive is input that nobody vouches for: nothing of it is ever written, only regular
//! files with harmless names are taken, and all that it can unfold to is bounded before it is
//! unfolded.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use syntax::Limits;
use tar::{Archive, EntryType};

use crate::decode::{Decoded, decode};

/// Entries of one archive. The largest charts that were seen have some hundreds.
const ENTRIES: usize = 5_000;

/// How many times its own size an archive may unfold to. Templates come to ten or twenty.
const RATIO: usize = 100;

/// What every archive may unfold to, however small it is.
const FLOOR: usize = 1 << 20;

/// Charts that lie packed inside of packed charts.
const DEPTH: u32 = 2;

/// Longest file that is taken only because a template may read it.
const LONGEST_OTHER: usize = 256 << 10;

/// The files of a chart.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// The folder that all of them are packed in: mostly the name of the chart.
    pub(crate) name: String,
    /// By their path inside of the chart, with `/`.
    pub(crate) files: BTreeMap<String, Arc<str>>,
    /// Why entries were left out that a chart should not have, each reason once.
    pub(crate) left_out: Vec<&'static str>,
}

/// Unpacks a chart; an error says in words why none of it is read. `room` is what all archives
/// together may still unfold to.
pub(crate) fn open(bytes: &[u8], limits: &Limits, room: &mut usize) -> Result<Opened, String> {
    let mut opened = Opened::default();
    unpack(bytes, "", limits, room, DEPTH, &mut opened)?;
    if !opened.files.contains_key("Chart.yaml") {
        return Err("there is no `Chart.yaml` in it".to_owned());
    }
    Ok(opened)
}

fn unpack(
    bytes: &[u8],
    folder: &str,
    limits: &Limits,
    room: &mut usize,
    depth: u32,
    into: &mut Opened,
) -> Result<(), String> {
    let most = bytes.len().saturating_mul(RATIO).max(FLOOR).min(*room);
    let left = Cell::new(most);
    let mut archive = Archive::new(Metered { inner: MultiGzDecoder::new(bytes), left: &left });
    let mut inner = Vec::new();
    let done = take_entries(&mut archive, folder, limits, into, &mut inner);
    *room = room.saturating_sub(most - left.get());
    if left.get() == 0 {
        return Err(format!("it unpacks to more than the {most} bytes that nhilint reads of it"));
    }
    done?;
    for (path, bytes) in inner {
        match depth.checked_sub(1) {
            Some(depth) => unpack(&bytes, &format!("{path}/"), limits, room, depth, into)?,
            None => into.leave_out("charts are packed inside of packed charts too deep"),
        }
    }
    Ok(())
}

/// Takes the files of one archive, and packed charts as bytes.
fn take_entries(
    archive: &mut Archive<impl Read>,
    folder: &str,
    limits: &Limits,
    into: &mut Opened,
    inner: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), String> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => "it is no gzipped tar archive, or it is damaged".to_owned(),
    };
    for (number, entry) in archive.entries().map_err(broken)?.enumerate() {
        if number >= ENTRIES {
            return Err(format!("it has more than the {ENTRIES} entries that nhilint reads"));
        }
        let mut entry = entry.map_err(broken)?;
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            _ => {
                into.leave_out("it holds links or devices");
                continue;
            }
        }
        let Some(path) = harmless(&entry.path_bytes()) else {
            into.leave_out("it holds names that lead out of it");
            continue;
        };
        // The folder that all charts are packed in.
        let Some((name, path)) = path.split_once('/') else { continue };
        if folder.is_empty() && into.name.is_empty() {
            into.name = name.to_owned();
        }
        let (is_packed, most) = match Part::of(path) {
            Part::Own => (false, limits.bytes),
            Part::Packed => (true, limits.bytes),
            Part::Other => (false, LONGEST_OTHER),
            Part::Unread => continue,
        };
        let path = format!("{folder}{path}");
        if entry.size() > most as u64 {
            if Part::of(&path) != Part::Other {
                into.leave_out("it holds files that are longer than nhilint reads");
            }
            continue;
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(most as u64).read_to_end(&mut bytes).map_err(broken)?;
        if is_packed {
            inner.push((path, bytes));
        } else if let Decoded::Text(text) = decode(&bytes) {
            into.files.entry(path).or_insert_with(|| text.into());
        }
    }
    Ok(())
}

impl Opened {
    fn leave_out(&mut self, why: &'static str) {
        if !self.left_out.contains(&why) {
            self.left_out.push(why);
        }
    }
}

/// What a file is to a chart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Its description, values and templates.
    Own,
    /// A chart that it brings along, packed itself.
    Packed,
    /// What its templates may read.
    Other,
    /// Schemas and words for people.
    Unread,
}

impl Part {
    fn of(path: &str) -> Self {
        let mut below = path;
        while let Some((chart, rest)) =
            below.strip_prefix("charts/").and_then(|it| it.split_once('/'))
        {
            if chart.is_empty() {
                break;
            }
            below = rest;
        }
        let words =
            [".md", ".MD", "README", "LICENSE", "NOTICE", "values.schema.json", "Chart.lock"];
        match below {
            "Chart.yaml" | "requirements.yaml" | "values.yaml" => Self::Own,
            it if it.starts_with("templates/") => Self::Own,
            it if it.starts_with("charts/") && it.ends_with(".tgz") => Self::Packed,
            it if it.starts_with("crds/") || words.iter().any(|word| it.ends_with(word)) => {
                Self::Unread
            }
            _ => Self::Other,
        }
    }
}

/// A path inside of an archive that leads nowhere else; `None` for every other one.
fn harmless(path: &[u8]) -> Option<String> {
    let path = std::str::from_utf8(path).ok()?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let odd = |it: &str| matches!(it, "" | "." | "..") || it.contains(['\\', ':', '\0']);
    let is_harmless = !path.split('/').any(odd) && !path.chars().any(char::is_control);
    is_harmless.then(|| path.to_owned())
}

/// Hands on as many bytes as may be unpacked.
struct Metered<'a, R> {
    inner: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(self.left.get());
        if most == 0 && !into.is_empty() {
            return Err(io::Error::other("the limit is reached"));
        }
        let read = match into.get_mut(..most) {
            Some(into) => self.inner.read(into)?,
            None => 0,
        };
        self.left.set(self.left.get() - read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of entries: name, kind, text.
    fn archive(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let mut builder = tar::Builder::new(encoder);
        for (name, kind, text) in entries {
            let mut header = tar::Header::new_ustar();
            // `set_path` refuses what is tested here.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, *text).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    const FILE: EntryType = EntryType::Regular;

    fn opened(bytes: &[u8]) -> Result<Opened, String> {
        open(bytes, &Limits::default(), &mut (64 << 20))
    }

    #[test]
    fn only_harmless_regular_files_are_taken() {
        let chart = ("db/Chart.yaml", FILE, b"name: db".as_slice());
        let links = "it holds links or devices";
        let names = "it holds names that lead out of it";
        let cases: [(&str, EntryType, &[&str], &[&str]); 14] = [
            ("db/templates/a.yaml", FILE, &["templates/a.yaml"], &[]),
            ("./db/values.yaml", FILE, &["values.yaml"], &[]),
            ("db/config/a.txt", FILE, &["config/a.txt"], &[]),
            ("db/charts/c/templates/a.yaml", FILE, &["charts/c/templates/a.yaml"], &[]),
            ("db/crds/a.yaml", FILE, &[], &[]),
            ("db/README.md", FILE, &[], &[]),
            ("loose.yaml", FILE, &[], &[]),
            ("db/templates", EntryType::Directory, &[], &[]),
            ("db/templates/a.yaml", EntryType::Symlink, &[], &[links]),
            ("db/templates/a.yaml", EntryType::Link, &[], &[links]),
            ("db/templates/a.yaml", EntryType::Fifo, &[], &[links]),
            ("db/../../templates/a.yaml", FILE, &[], &[names]),
            ("/db/templates/a.yaml", FILE, &[], &[names]),
            ("db\\templates/a.yaml", FILE, &[], &[names]),
        ];
        for (name, kind, files, left_out) in cases {
            let found = opened(&archive(&[chart, (name, kind, b"x")])).unwrap();
            let paths: Vec<_> = found.files.keys().filter(|it| *it != "Chart.yaml").collect();
            assert_eq!(paths, files, "{name} {kind:?}");
            assert_eq!(found.left_out, left_out, "{name} {kind:?}");
        }
    }

    #[test]
    fn charts_in_packed_charts_are_opened_two_levels_deep() {
        let mut bytes = archive(&[("c/Chart.yaml", FILE, b"name: c")]);
        for _ in 0..4 {
            bytes =
                archive(&[("c/Chart.yaml", FILE, b"name: c"), ("c/charts/c.tgz", FILE, &bytes)]);
        }
        let found = opened(&bytes).unwrap();
        let paths: Vec<_> = found.files.keys().map(String::as_str).collect();
        let expected =
            ["Chart.yaml", "charts/c.tgz/Chart.yaml", "charts/c.tgz/charts/c.tgz/Chart.yaml"];
        assert_eq!(paths, expected);
        assert_eq!(found.left_out, ["charts are packed inside of packed charts too deep"]);
    }

    #[test]
    fn what_unfolds_without_measure_is_not_read() {
        let zeros = vec![b'a'; 6 << 20];
        let bomb =
            archive(&[("c/Chart.yaml", FILE, b"name: c"), ("c/templates/a.yaml", FILE, &zeros)]);
        assert!(bomb.len() < 20_000);
        assert!(opened(&bomb).unwrap_err().contains("unpacks to more than"));
        // What is never taken is unpacked all the same.
        let unread = archive(&[("c/README.md", FILE, &zeros), ("c/Chart.yaml", FILE, b"name: c")]);
        assert!(opened(&unread).unwrap_err().contains("unpacks to more than"));
        let many: Vec<_> = (0..5_001).map(|it| format!("c/templates/{it}.yaml")).collect();
        let many: Vec<_> = many.iter().map(|it| (it.as_str(), FILE, b"".as_slice())).collect();
        assert!(opened(&archive(&many)).unwrap_err().contains("entries"));
        let plain = archive(&[("c/Chart.yaml", FILE, b"name: c")]);
        let mut room = 100;
        assert!(open(&plain, &Limits::default(), &mut room).is_err());
        assert_eq!(room, 0);
    }

    #[test]
    fn damage_is_told_wherever_it_is() {
        let whole =
            archive(&[("c/Chart.yaml", FILE, b"name: c"), ("c/values.yaml", FILE, b"a: 1")]);
        assert_eq!(opened(&whole).unwrap().files.len(), 2);
        for end in 0..whole.len() {
            let _ = opened(&whole[..end]);
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            let _ = opened(&damaged);
        }
        assert!(opened(b"packed").is_err());
        assert!(
            opened(&archive(&[("c/values.yaml", FILE, b"")])).unwrap_err().contains("Chart.yaml")
        );
    }
}
