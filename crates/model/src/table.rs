//! Tab-separated knowledge tables that are compiled in.

/// The rows of a table as their columns, without comments.
pub fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|it| !it.is_empty() && !it.starts_with('#'))
        .map(|it| it.split('\t').collect())
}

/// True when `text` fits `pattern`, in which `*` stands for any characters and `?` for one.
/// Letters are the same in either case. Takes no longer than the product of both lengths.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // The last star and the text it is known to cover: only that star ever has to grow,
    // because an earlier one could gain nothing that this one cannot.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(it) if *it == b'?' || it.eq_ignore_ascii_case(byte) => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((position, covered)) => {
                    star = Some((position, covered + 1));
                    at = position + 1;
                    from = covered + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|it| *it == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_fit_as_policies_do() {
        let fits = [
            ("*", ""),
            ("*", "s3:GetObject"),
            ("s3:Get*", "s3:GETOBJECT"),
            ("S3:*Object", "s3:GetObject"),
            ("s3:Get?bject", "s3:GetObject"),
            ("a*b*c", "aXbXbXc"),
            ("**", "x"),
        ];
        for (pattern, text) in fits {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        let misses =
            [("", "a"), ("s3:Get", "s3:GetObject"), ("a*b", "abc"), ("?", ""), ("a?", "a")];
        for (pattern, text) in misses {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_glob_ends() {
        let pattern = "*a".repeat(2000);
        let text = "a".repeat(1999) + "b";
        assert!(!glob(&pattern, &text));
    }
}
