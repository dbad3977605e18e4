//! What templates print: functions of Go, Sprig and Helm, and what is left of unknown parts.

#![allow(clippy::unwrap_used, reason = "a broken test may panic")]

use std::sync::Arc;

use model::FileId;
use nhilint_kubernetes::{ChartFile, Charts};

const VALUES: &str = r##"
name: Main
empty: ""
none: null
zero: 0
count: 3
ratio: 2.5
flag: true
list: [a, b, c]
nested: {a: {b: {c: deep}}, x: ""}
text: "x-y_z"
tpl: "{{ .Values.name }}!"
lines: |
  one
  two
odd: ["true", "1", "a: b", "#c", "- d", "it's", "", "é", 'q"q', "a\nb"]
"##;

/// What a template prints with the values above; `!` when it cannot be run.
fn print(template: &str) -> String {
    printed(&[
        ("Chart.yaml", "name: app\nversion: 1.2.3\nappVersion: \"4.5\"\n".into()),
        ("templates/x.yaml", template.into()),
        ("values.yaml", VALUES.into()),
    ])
}

/// What the last template of the first chart prints.
fn printed(files: &[(&str, Arc<str>)]) -> String {
    let inputs = files.iter().enumerate().map(|(number, (path, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path,
        text,
    });
    let charts = Charts::find(inputs.collect(), None);
    match charts.print(0).pop().unwrap().1 {
        Some(text) => text.to_string(),
        None => "!".to_owned(),
    }
}

#[test]
fn expressions_print_what_helm_prints() {
    let cases = [
        // Values and fields.
        (".Values.name", "Main"),
        (".Values.nothing", ""),
        (".Values.none", ""),
        (".Values.nested.a.b.c", "deep"),
        ("(.Values.nested.nope).c", ""),
        (".Chart.Name", "app"),
        (".Chart.AppVersion", "4.5"),
        (".Release.Service", "Helm"),
        (".Template.BasePath", "/templates"),
        (".Values.count", "3"),
        (".Values.ratio", "2.5"),
        (".Values.flag", "true"),
        // Logic.
        ("default \"d\" .Values.empty", "d"),
        ("default \"d\" .Values.name", "Main"),
        ("default \"d\" .Values.zero", "d"),
        (".Values.nothing | default \"a\"", "a"),
        ("and 1 0 2", "0"),
        ("and 1 2", "2"),
        ("or \"\" 0 \"x\"", "x"),
        ("not .Values.empty", "true"),
        ("eq .Values.count 3", "true"),
        ("eq .Values.name \"a\" \"Main\"", "true"),
        ("ne .Values.name \"Main\"", "false"),
        ("lt 1 2", "true"),
        ("ge 2.5 .Values.ratio", "true"),
        ("empty .Values.list", "false"),
        ("coalesce .Values.empty .Values.none .Values.name", "Main"),
        ("ternary 1 2 .Values.flag", "1"),
        ("required \"m\" .Values.name", "Main"),
        ("kindOf .Values.list", "slice"),
        ("kindOf .Values.count", "{{ (kindOf 3) }}"),
        ("kindIs \"map\" .Values.nested", "true"),
        ("typeIs \"string\" .Values.name", "true"),
        ("kindIs \"float64\" .Values.count", "true"),
        // Texts.
        ("quote .Values.name", "\"Main\""),
        ("squote \"it's\"", "'it''s'"),
        ("upper .Values.name | lower", "main"),
        ("trunc 2 .Values.name", "Ma"),
        ("trunc -2 .Values.name", "in"),
        ("trimSuffix \"-\" \"a-\"", "a"),
        ("trimPrefix \"x-\" .Values.text", "y_z"),
        ("trimAll \"/\" \"/a/\"", "a"),
        ("replace \"_\" \"-\" .Values.text", "x-y-z"),
        ("contains \"y\" .Values.text", "true"),
        ("hasPrefix \"x\" .Values.text", "true"),
        ("hasSuffix \"x\" .Values.text", "false"),
        ("printf \"%s-%d-%v\" .Values.name 3 true", "Main-3-true"),
        ("printf \"%03d%%\" 7", "007%"),
        ("printf \"%q\" .Values.name", "\"Main\""),
        ("print .Values.name \"x\"", "Mainx"),
        ("b64enc \"abc\"", "YWJj"),
        ("b64dec \"YWJj\"", "abc"),
        ("repeat 3 \"ab\"", "ababab"),
        ("camelcase \"foo-bar\"", "FooBar"),
        ("title \"foo\"", "Foo"),
        ("substr 1 3 \"abcd\"", "bc"),
        ("base \"a/b.c\"", "b.c"),
        ("tpl .Values.tpl .", "Main!"),
        ("tpl \"plain\" .", "plain"),
        ("snakecase \"FirstName\"", "first_name"),
        ("kebabcase \"FirstName\"", "first-name"),
        ("initials \"First Try\"", "FT"),
        ("abbrev 6 \"abcdefgh\"", "abc..."),
        ("plural \"one\" \"many\" 2", "many"),
        ("(splitn \"-\" 2 \"a-b-c\")._1", "b-c"),
        // Patterns and versions.
        ("regexMatch \"^[a-z]+$\" \"abc\"", "true"),
        ("regexFind \"[0-9]+\" \"a12b\"", "12"),
        ("regexFindAll \"[0-9]\" \"a1b2\" -1 | join \"+\"", "1+2"),
        ("regexReplaceAll \"a(x*)b\" \"-axxb-\" \"${1}W\"", "-xxW-"),
        ("regexReplaceAllLiteral \"a\" \"aba\" \"$1\"", "$1b$1"),
        ("mustRegexReplaceAll \"[^a-z]\" .Values.text \"\"", "xyz"),
        ("regexSplit \"-+\" \"a--b\" -1 | join \"+\"", "a+b"),
        ("regexQuoteMeta \"a.b\"", "a\\.b"),
        ("semverCompare \">=1.2-0\" .Chart.Version", "true"),
        ("semverCompare \"<1.0\" .Chart.Version", "false"),
        ("(semver .Chart.Version).Minor", "2"),
        ("ternary \"new\" \"old\" (semverCompare \"^1.2\" \"1.9.0\")", "new"),
        // Lists and maps.
        ("pluck \"a\" (dict \"a\" 1) (dict \"b\" 2) (dict \"a\" 3) | join \"+\"", "1+3"),
        ("chunk 2 .Values.list | len", "2"),
        ("seq 3", "1 2 3"),
        ("seq 2 2 6", "2 4 6"),
        ("seq 0 -2", "0 -1 -2"),
        ("join \",\" .Values.list", "a,b,c"),
        ("first .Values.list", "a"),
        ("last .Values.list", "c"),
        ("rest .Values.list | join \"+\"", "b+c"),
        ("initial .Values.list | join \"+\"", "a+b"),
        ("index .Values.list 1", "b"),
        ("index .Values.nested \"a\" \"b\" \"c\"", "deep"),
        ("len .Values.list", "3"),
        ("has \"b\" .Values.list", "true"),
        ("append .Values.list \"d\" | join \"\"", "abcd"),
        ("prepend .Values.list \"z\" | join \"\"", "zabc"),
        ("concat .Values.list (list 1) | join \"\"", "abc1"),
        ("without .Values.list \"b\" | join \"\"", "ac"),
        ("uniq (list 1 1 2) | join \"\"", "12"),
        ("compact (list \"\" \"a\") | join \"\"", "a"),
        ("sortAlpha (list \"b\" \"a\") | join \"\"", "ab"),
        ("reverse .Values.list | join \"\"", "cba"),
        ("slice .Values.list 1 3 | join \"\"", "bc"),
        ("splitList \"-\" .Values.text | last", "y_z"),
        ("(split \"-\" .Values.text)._0", "x"),
        ("until 3 | join \"\"", "012"),
        ("untilStep 0 6 2 | join \"\"", "024"),
        ("get (dict \"a\" 1) \"a\"", "1"),
        ("get (dict \"a\" 1) \"b\"", ""),
        ("hasKey .Values \"none\"", "true"),
        ("hasKey .Values \"nope\"", "false"),
        ("dig \"a\" \"b\" \"c\" \"no\" .Values.nested", "deep"),
        ("dig \"a\" \"z\" \"no\" .Values.nested", "no"),
        ("keys (dict \"b\" 1 \"a\" 2) | sortAlpha | join \"\"", "ab"),
        ("pick (dict \"a\" 1 \"b\" 2) \"a\" | toJson", "{\"a\":1}"),
        ("omit (dict \"a\" 1 \"b\" 2) \"a\" | toJson", "{\"b\":2}"),
        ("merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) | toJson", "{\"a\":1,\"b\":3}"),
        ("mergeOverwrite (dict \"a\" 1) (dict \"a\" 2) | toJson", "{\"a\":2}"),
        ("set (dict \"a\" 1) \"b\" 2 | toJson", "{\"a\":1,\"b\":2}"),
        ("(fromYaml \"a: {b: 1}\").a.b", "1"),
        ("fromJson \"{\\\"a\\\": [1]}\" | toJson", "{\"a\":[1]}"),
        ("deepCopy .Values.nested.a | toJson", "{\"b\":{\"c\":\"deep\"}}"),
        // Numbers.
        ("add 1 2 3", "6"),
        ("sub 5 2", "3"),
        ("mul 2 3", "6"),
        ("div 7 2", "3"),
        ("mod 7 2", "1"),
        ("max 1 3 2", "3"),
        ("int \"12\"", "12"),
        ("int .Values.ratio", "2"),
        ("toString .Values.count | quote", "\"3\""),
        ("toString .Values.nothing", "<nil>"),
        ("ne (toString .Values.none) \"<nil>\"", "false"),
        ("toString .Values.list | quote", "\"[a b c]\""),
        ("float64 \"2.5\"", "2.5"),
        ("float64 \"2\"", "2"),
        ("round 2.5", "3"),
        ("round 2.345 2", "{{ (round 2.345 2) }}"),
        // Unknown parts stay expressions.
        (".Release.Name", "{{ .Release.Name }}"),
        ("printf \"%s-x\" .Release.Name", "{{ .Release.Name }}-x"),
        (".Release.Name | trunc 63 | trimSuffix \"-\"", "{{ .Release.Name }}"),
        ("quote .Release.Name", "\"{{ .Release.Name }}\""),
        ("default .Release.Name .Values.empty", "{{ .Release.Name }}"),
        ("eq .Release.Name .Release.Name", "true"),
        ("randAlphaNum 8", "{{ $unknown }}"),
        ("include \"nowhere\" .", "{{ include \"nowhere\" . }}"),
        ("required \"m\" .Values.empty", "{{ $unknown }}"),
    ];
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(it, expected)| (it, print(&format!("a: {{{{ {it} }}}}")), format!("a: {expected}")))
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn control_flow_prints_what_helm_prints() {
    let cases = [
        ("{{ range .Values.list }}{{ . }};{{ end }}", "a;b;c;"),
        ("{{ range $i, $x := .Values.list }}{{ $i }}{{ $x }}{{ end }}", "0a1b2c"),
        (
            "{{ range $k, $v := .Values.nested.a.b }}{{ $k }}={{ $v }}{{ else }}none{{ end }}",
            "c=deep",
        ),
        ("{{ range .Values.nothing }}x{{ else }}none{{ end }}", "none"),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ $x := 1 }}{{ range list }}{{ else }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ("{{ with .Values.nested.a }}{{ .b.c }}{{ $.Values.name }}{{ end }}", "deepMain"),
        ("{{ with .Values.empty }}x{{ else with .Values.name }}{{ . }}{{ end }}", "Main"),
        ("{{ if .Values.empty }}a{{ else if .Values.zero }}b{{ else }}c{{ end }}", "c"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}", "2"),
        ("{{ if $x := .Values.name }}{{ $x }}{{ end }}", "Main"),
        (
            "{{ define \"d\" }}<{{ . }}>{{ end }}{{ template \"d\" 1 }}{{ include \"d\" 2 }}",
            "<1><2>",
        ),
        (
            "{{ define \"a.b\" }}{{ range . }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}{{ end }}{{ include \"a.b\" .Values.list }}",
            "a",
        ),
        ("a:{{- 1 -}}\n  b", "a:1b"),
        ("{{- /* c */ -}}\n x", "x"),
        ("{{ fail \"no\" }}x", "x"),
        // What cannot be known: both ways stay, and what they set is unknown.
        (
            "{{- if .Release.IsUpgrade }}\na: 1\n{{- else }}\nb: 2\n{{- end }}\n",
            "{{ if $unknown }}\na: 1\n{{ else }}\nb: 2\n{{ end }}\n",
        ),
        ("{{ if or .Values.flag .Release.IsUpgrade }}a: 1{{ end }}", "a: 1"),
        ("{{ if and .Values.empty .Release.IsUpgrade }}a: 1{{ end }}b: 1", "b: 1"),
        (
            "{{ $x := 1 }}{{ if .Release.IsUpgrade }}{{ $x = 2 }}{{ end }}a: {{ $x }}",
            "{{ if $unknown }}{{ end }}a: {{ $unknown }}",
        ),
        (
            "{{ $d := dict }}{{ if .Release.IsUpgrade }}{{ $_ := set $d \"k\" 1 }}{{ end }}a: {{ $d.k }}",
            "{{ if $unknown }}{{ end }}a: {{ $unknown }}",
        ),
        (
            "{{ $n := 0 }}{{ range .Capabilities.APIVersions }}{{ $n }}{{ $n = 1 }}{{ end }}",
            "{{ if $unknown }}{{ $unknown }}{{ end }}",
        ),
        ("{{ range .Values.list }}{{ if $.Release.IsUpgrade }}{{ break }}{{ end }}{{ end }}", "!"),
        ("{{ .Values.name | nosuch }}", "{{ (nosuch \"Main\") }}"),
        ("{{ if }}", "!"),
    ];
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(it, expected)| (it, print(it), expected))
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn of_named_templates_the_one_that_helm_reads_last_counts() {
    let define = |name: &str| format!("{{{{ define \"x\" }}}}{name}{{{{ end }}}}");
    let sub = ["charts/sub/Chart.yaml", "charts/sub/templates/_0.tpl"];
    let other = ["charts/tub/Chart.yaml", "charts/tub/templates/_0.tpl"];
    let cases: [(&[&str], &str); 4] = [
        (&["templates/_a.tpl", "templates/_b.tpl"], "templates/_a.tpl"),
        (&["templates/_a/_a.tpl", "templates/_b.tpl"], "templates/_b.tpl"),
        (&["templates/_b.tpl", sub[0], sub[1]], "templates/_b.tpl"),
        (&[sub[0], sub[1], other[0], other[1]], sub[1]),
    ];
    for (paths, expected) in cases {
        let mut files: Vec<(&str, Arc<str>)> = vec![
            ("Chart.yaml", "name: app\nversion: 1.0.0\n".into()),
            ("templates/x.yaml", "a: {{ include \"x\" . }}".into()),
        ];
        files.extend(paths.iter().map(|it| match it.ends_with(".tpl") {
            true => (*it, define(it).into()),
            false => (*it, "name: sub\nversion: 1.0.0\n".into()),
        }));
        assert_eq!(printed(&files), format!("a: {expected}"), "{paths:?}");
    }
}

#[test]
fn values_are_printed_as_yaml_that_reads_the_same() {
    let printed = print(
        "a:{{ toYaml .Values.odd | nindent 2 }}\nb: {{ toJson .Values.odd }}\nn:\n  {{- toYaml .Values.nested | nindent 2 }}\nlines: {{ toYaml .Values.lines | nindent 2 }}",
    );
    let limits = syntax::Limits::default();
    let tree = syntax::parse(printed.as_str().into(), syntax::Language::Yaml, &limits);
    assert!(tree.problems().is_empty(), "{printed}");
    let root = tree.documents().next().unwrap();
    let texts = |key: &str| -> Vec<String> {
        root.get(key).unwrap().items().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let expected = ["true", "1", "a: b", "#c", "- d", "it's", "", "é", "q\"q", "a\nb"];
    assert_eq!(texts("a"), expected, "{printed}");
    assert_eq!(texts("b"), expected, "{printed}");
    let deep = root.path(&["n", "a", "b", "c"]).and_then(|it| it.as_str());
    assert_eq!(deep, Some("deep"), "{printed}");
    assert_eq!(root.get("lines").unwrap().as_str(), Some("one\ntwo\n"));
    assert_eq!(root.path(&["n", "x"]).unwrap().as_str(), Some(""));
}
