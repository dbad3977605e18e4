//! What the two ways of reading a shell must agree on, and what only the grammar sees.

use super::{Script, script, words};

/// Pipelines as text: `a b | c`, what is read from standard input behind `<`.
fn shown(script: &Script) -> Vec<String> {
    let word = |it: &super::Word| match it.is_input {
        true => format!("<{}", it.text),
        false => it.text.clone(),
    };
    let command = |it: &Vec<super::Word>| it.iter().map(word).collect::<Vec<_>>().join(" ");
    let pipeline = |it: &super::Pipeline| it.iter().map(command).collect::<Vec<_>>().join(" | ");
    script.pipelines.iter().map(pipeline).collect()
}

#[test]
fn lines_are_split_as_a_shell_splits_them() {
    for (line, expected) in [
        ("a 'b c' \"d\\\"e\" f\\ g", &["a b c d\"e f g"][..]),
        ("a | b; c && d", &["a | b", "c", "d"]),
        ("a > out 2>&1 b", &["a b"]),
        ("A=1 a # no\nb", &["A=1 a", "b"]),
        ("a 'open", &["a open"]),
        ("", &[]),
        ("# only words", &[]),
        ("export A=1 B='x y'; a", &["export A=1 B=x y", "a"]),
        ("A=1 B=2", &["A=1 B=2"]),
        ("A=$(b c)", &["A=$(b c)"]),
        ("! a | b", &["a | b"]),
        ("a & b", &["a", "b"]),
        ("a |& b", &["a | b"]),
        ("env -i A=1 a b", &["env -i A=1 a b"]),
        ("(a; b) | c", &["a | b | c"]),
        ("{ a; b; } | c", &["a | b | c"]),
        ("if a -q; then b; else c; fi", &["a -q", "b", "c"]),
        ("for x in 1 2; do a \"$x\"; done | b", &["a $x | b"]),
        ("while read l; do a; done < f", &["read l", "a"]),
        ("case $x in a) b;; *) c;; esac", &["b", "c"]),
        ("f() { a; }; f", &["a", "f"]),
        ("[[ -f x && -n y ]] || a", &["[[ -f x", "-n y ]]", "a"]),
        ("a <<EOF\nb c\nEOF\nd", &["a <b c\n", "d"]),
        ("a <<'EOF' | b\nx | y\nEOF\n", &["a <x | y\n | b"]),
        ("a <<< 'x y'", &["a <x y"]),
        ("a < <(b c)", &["a <<(b c)"]),
        ("a <(b) >(c)", &["a <(b) >(c)"]),
        ("bash -c 'a | b' c", &["bash -c a | b c"]),
        ("cmd /c a b", &["cmd /c a b"]),
        ("a $'x\\ny' \"$(b \"c d\")\"", &["a $x\\ny $(b \"c d\")"]),
        ("a ${X:-b c} d", &["a ${X:-b c} d"]),
        ("a \\\n  b", &["a b"]),
        ("a;", &["a"]),
        // Refused by the grammar, and split all the same.
        ("a ) b | c", &["a", "b | c"]),
        ("if a; then b", &["a", "b"]),
        ("a <<EOF\nb", &["a", "b"]),
    ] {
        assert_eq!(shown(&script(line)), expected, "{line}");
    }
}

#[test]
fn words_keep_their_bytes() {
    for (line, expected) in [
        ("curl -H 'A: b' x\"y\"", &["curl", "-H", "A: b", "x\"y\""][..]),
        ("( curl -H \"A: b\" ) | c", &["curl", "-H", "A: b"]),
        ("X='a b' c | d", &["X='a b'", "c"]),
    ] {
        let found: Vec<_> =
            words(line).iter().filter_map(|it| line.get(it.range.clone())).collect();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn nested_lines_are_ranges_of_the_text() {
    for (line, expected) in [
        ("a \"$(b c)\"", &["b c"][..]),
        ("x | a `b` <(c d)", &["b", "c d"]),
        ("{ a $(b $(c)); }", &["b $(c)"]),
    ] {
        let script = script(line);
        let words = script.pipelines.iter().flatten().flatten();
        let found: Vec<_> =
            words.flat_map(|it| &it.nested).filter_map(|it| line.get(it.clone())).collect();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn variables_outside_of_quotes_are_noted() {
    let of = |line| -> Vec<String> {
        script(line).pipelines.into_iter().flatten().flatten().flat_map(|it| it.unquoted).collect()
    };
    assert_eq!(of("a $X \"$Y\" ${Z}/b '$W'"), ["X", "Z"]);
    assert_eq!(of("a $X | b \"$Y\"; { c $Z; }"), ["X", "Z"]);
}

#[test]
fn branches_loops_and_tests_decide() {
    for (line, expected) in [
        ("a; b", false),
        ("if a; then b; fi", true),
        ("[ -f x ] && a", true),
        ("case x in *) a;; esac", true),
        ("while a; do b; done", true),
        ("echo if", false),
    ] {
        assert_eq!(script(line).decides, expected, "{line}");
    }
}

/// Pieces in any order: nothing panics, everything ends, and all ranges are ranges of the text.
#[test]
fn hostile_lines_have_an_answer() {
    const PIECES: &[&str] = &[
        "a",
        " ",
        "'",
        "\"",
        "$(",
        ")",
        "`",
        "<<E\n",
        "E\n",
        "<<<",
        "|",
        "&&",
        ";",
        "{",
        "}",
        "((",
        "[[",
        "]]",
        "case x in",
        "esac",
        "if",
        "fi",
        "do",
        "done",
        "\\",
        "\n",
        "$",
        "${",
        "é",
        "=",
        "<<-'",
        "<(",
        "#",
        "\0",
        "!",
        "for x in",
        "function f",
        "@(",
        "$'",
        "\u{202e}",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |most: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % most as u64).unwrap_or(0)
    };
    let check = |line: &str| {
        for word in script(line).pipelines.into_iter().flatten().flatten() {
            assert!(line.get(word.range.clone()).is_some(), "{line:?}");
            assert!(word.nested.iter().all(|it| line.get(it.clone()).is_some()), "{line:?}");
        }
    };
    for _ in 0..4000 {
        let line: String = (0..next(24)).map(|_| PIECES[next(PIECES.len())]).collect();
        check(&line);
    }
    for piece in PIECES {
        check(&piece.repeat(3000));
        check(&format!("{}a{}", "(".repeat(2000), piece.repeat(200)));
    }
}
