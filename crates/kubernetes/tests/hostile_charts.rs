//! Charts that are made to be slow, deep or endless: bounded, and told.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test may panic")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{FileId, NoteKind};
use nhilint_kubernetes::{ChartFile, Charts, Evaluated, Options};

/// Runs a chart given as path and text.
fn run(files: &[(&str, &str)]) -> Evaluated {
    let mut files: Vec<(String, Arc<str>)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect();
    if files.iter().all(|it| it.0 != "Chart.yaml") {
        files.push(("Chart.yaml".to_owned(), "name: app\nversion: 1.0.0\n".into()));
    }
    files.sort();
    let inputs = files.iter().enumerate().map(|(number, (path, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path,
        text,
    });
    let charts = Charts::find(inputs.collect(), None);
    let start = Instant::now();
    let evaluated = charts.evaluate(0, &Options::default());
    // A debug build on a busy machine; a release build takes a fraction.
    assert!(start.elapsed() < Duration::from_secs(300), "{:?}", start.elapsed());
    evaluated
}

#[test]
fn what_has_no_end_is_stopped_and_told() {
    let mut doubling = String::from("{{ define \"t0\" }}xxxxxxxxxx{{ end }}");
    for level in 1..40 {
        let below = level - 1;
        let twice = format!("{{{{ include \"t{below}\" . }}}}").repeat(2);
        write!(doubling, "{{{{ define \"t{level}\" }}}}{twice}{{{{ end }}}}").unwrap();
    }
    let double = "a: {{ include \"t39\" . }}\n";
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "recursion",
            &[
                ("templates/_h.tpl", "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}"),
                ("templates/x.yaml", "a: {{ include \"a\" . }}\n"),
            ],
        ),
        (
            "mutual recursion",
            &[
                (
                    "templates/_h.tpl",
                    "{{ define \"a\" }}{{ template \"b\" . }}{{ end }}{{ define \"b\" }}{{ template \"a\" . }}{{ end }}",
                ),
                ("templates/x.yaml", "a: {{ template \"a\" . }}\n"),
            ],
        ),
        (
            "a billion rounds",
            &[(
                "templates/x.yaml",
                "{{ range $i := until 1000000000 }}\na{{ $i }}: 1\n{{ end }}\n",
            )],
        ),
        (
            "a billion rounds of a number",
            &[("templates/x.yaml", "{{ range 1000000000 }}\na: 1\n{{ end }}\n")],
        ),
        ("a billion words", &[("templates/x.yaml", "a: {{ seq 1 1000000000 | quote }}\n")]),
        (
            "rounds in rounds",
            &[(
                "templates/x.yaml",
                "{{ range until 19999 }}{{ range until 19999 }}{{ $x := 1 }}{{ end }}{{ end }}\n",
            )],
        ),
        ("doubling", &[("templates/_h.tpl", &doubling), ("templates/x.yaml", double)]),
        (
            "a text that doubles",
            &[(
                "templates/x.yaml",
                "{{ $s := \"xxxx\" }}{{ range until 60 }}{{ $s = print $s $s }}{{ end }}a: {{ $s }}\n",
            )],
        ),
        (
            "tpl of itself",
            &[
                ("values.yaml", "x: '{{ tpl .Values.x . }}'\n"),
                ("templates/x.yaml", "a: {{ tpl .Values.x . }}\n"),
            ],
        ),
    ];
    for (name, files) in cases {
        let evaluated = run(files);
        assert_eq!(evaluated.shares.undecided, 1, "{name}");
        let kinds: Vec<_> = evaluated.notes.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [NoteKind::Limit], "{name}");
    }
}

#[test]
fn files_that_are_read_over_and_over_are_bounded() {
    let long = "x".repeat(1 << 20);
    let lines = "x\n".repeat(15_000);
    let names: Vec<String> = (0..500).map(|it| format!("data/{it}.txt")).collect();
    for action in [
        ".Files.Get \"long.txt\"",
        ".Files.Lines \"long.txt\"",
        ".Files.Lines \"lines.txt\"",
        ".Files.Glob \"**\"",
        ".Files.Glob \"none/**\"",
        "(.Files.Glob \"*.txt\").AsConfig",
        "(.Files.Glob \"data/1*\").AsSecrets",
    ] {
        let template = format!(
            "{{{{ range until 19999 }}}}{{{{ $x := {} }}}}{{{{ end }}}}\n",
            action.replace(".Files", "$.Files")
        );
        let mut files = vec![
            ("templates/x.yaml", template.as_str()),
            ("long.txt", long.as_str()),
            ("lines.txt", lines.as_str()),
        ];
        files.extend(names.iter().map(|it| (it.as_str(), "y")));
        let start = Instant::now();
        let evaluated = run(&files);
        assert_eq!(evaluated.shares.undecided, 1, "{action}");
        assert!(start.elapsed() < Duration::from_secs(60), "{action}: {:?}", start.elapsed());
    }
}

#[test]
fn a_sub_chart_under_thousands_of_names_is_run_some_times() {
    let names: String =
        (0..5_000).map(|it| format!("- {{name: db, version: 1.0.0, alias: d{it}}}\n")).collect();
    let evaluated = run(&[
        ("Chart.yaml", &format!("name: a\nversion: 1.0.0\ndependencies:\n{names}")),
        ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
        ("charts/db/templates/a.yaml", "a: {{ .Chart.Name }}\n"),
    ]);
    assert_eq!(evaluated.shares.charts, 256);
    let kinds: Vec<_> = evaluated.notes.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [NoteKind::Limit]);
}

#[test]
fn what_is_deep_is_read_or_left_out() {
    let nested = format!("{}x{}", "{{ if 1 }}".repeat(5000), "{{ end }}".repeat(5000));
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    let cases: &[(&str, &str)] = &[
        (
            "a list in a list",
            "{{ $x := list }}{{ range until 15000 }}{{ $x = list $x }}{{ end }}a: {{ $x | toJson }}\n",
        ),
        (
            "a map in a map",
            "{{ $x := dict }}{{ range until 15000 }}{{ $x = dict \"a\" $x }}{{ end }}{{ toYaml $x }}\n",
        ),
        (
            "a map that holds itself",
            "{{ $x := dict }}{{ $_ := set $x \"self\" $x }}{{ toYaml $x }}{{ $x }}{{ deepCopy $x | toJson }}\n",
        ),
        (
            "a map merged with itself",
            "{{ $x := dict \"a\" (dict) }}{{ $_ := set $x.a \"b\" $x }}{{ merge $x $x $x.a | toYaml }}\n",
        ),
        ("the context", "{{ toYaml . }}{{ . }}{{ toJson $ }}{{ deepCopy . | toYaml }}\n"),
        ("conditions", &nested),
        ("parentheses", &parens),
        ("a long text", "a: {{ repeat 20000 \"abcdefgh\" | repeat 20000 | quote }}\n"),
        ("a wide indent", "a: {{ nindent 1000000000 \"a\\nb\" }}\n"),
        (
            "huge numbers",
            "a: {{ add 9223372036854775807 1 }} {{ div 1 0 }} {{ mul 9223372036854775807 2 }}\n",
        ),
        (
            "a negative cut",
            "a: {{ trunc -3 \"äöü\" }} {{ substr 1 2 \"äöü\" }} {{ index (list 1) 7 }}\n",
        ),
    ];
    for (name, text) in cases {
        let evaluated = run(&[("templates/x.yaml", text)]);
        let read = evaluated.shares.templates + evaluated.shares.undecided;
        assert_eq!(read, 1, "{name}");
    }
}

#[test]
fn libraries_that_need_each_other_are_read_once() {
    let mut files = Vec::new();
    for chart in 0..40 {
        let mut text = format!("name: c{chart}\nversion: 1.0.0\ntype: library\ndependencies:\n");
        for other in 0..40 {
            writeln!(text, "  - name: c{other}\n    repository: file://../c{other}").unwrap();
        }
        files.push((format!("c{chart}/Chart.yaml"), text));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    run(&files);
}

#[test]
fn every_prefix_of_a_chart_is_run() {
    let template = "{{- $ctx := dict \"a\" .Values.list \"é\" (.Values.map | toYaml) -}}\n\
                    {{ range $k, $v := .Values.map }}{{ $k }}: {{ tpl ($v | toString) $ | quote }}\n{{ end }}\
                    {{- if .Release.IsUpgrade }}\nx: {{ index .Values.list 0 | trunc 3 }}\n{{ else with .Values.none }}\ny: 1\n{{ end }}\
                    z: {{ printf \"%05d-%s-%q\" 7 \"ü\" .Release.Name | nindent 2 }}\n";
    let values = "list: [äöü, b]\nmap: {a: '{{ .Values.list }}', b: \"x\\ny\"}\n";
    for (at, _) in template.char_indices() {
        let text = template.get(..at).unwrap();
        run(&[("templates/x.yaml", text), ("values.yaml", values)]);
    }
    for (at, _) in values.char_indices() {
        run(&[("templates/x.yaml", template), ("values.yaml", values.get(..at).unwrap())]);
    }
}
