//! Durations as Go writes them: `2160h`, `1h30m`, `90s`.

/// Whole seconds; `None` for anything else.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    const LONGEST: usize = 40;
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if text == "0" {
        return Some(0);
    }
    let mut total: u64 = 0;
    let mut number: Option<u64> = None;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            let before = number.unwrap_or(0).checked_mul(10)?;
            number = Some(before.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match letter {
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    number.is_none().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        let cases = [
            ("2160h", Some(7_776_000)),
            ("1h30m", Some(5_400)),
            ("720h0m0s", Some(2_592_000)),
            ("0", Some(0)),
            ("0s", Some(0)),
            ("90", None),
            ("1d", None),
            ("h", None),
            ("", None),
            ("{{ .x }}h", None),
            ("99999999999999999999h", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
