//! Go templates: what belongs to what, and where each part stands.

#![allow(clippy::unwrap_used, reason = "a broken test may panic")]

use nhilint_syntax::Span;
use nhilint_syntax::gotemplate::{
    Branch, Choice, Command, Expression, ExpressionKind, Item, Pipeline, Tag, parse,
};

/// Items in a short notation; text in brackets, what is trimmed before and behind an action as
/// `<` and `>` with the number of blanks.
struct Dump<'s>(&'s str);

impl Dump<'_> {
    fn slice(&self, span: Span) -> &str {
        self.0.get(span.range()).unwrap()
    }

    fn tag(&self, tag: Tag) -> String {
        assert!(self.slice(tag.span).starts_with("{{") && self.slice(tag.span).ends_with("}}"));
        assert!(
            self.slice(tag.before).trim().is_empty() && self.slice(tag.after).trim().is_empty()
        );
        let trimmed = |mark: &str, span: Span| match span.len() {
            0 => String::new(),
            len => format!("{mark}{len}"),
        };
        trimmed("<", tag.before) + &trimmed(">", tag.after)
    }

    fn items(&self, items: &[Item]) -> String {
        items.iter().map(|it| self.item(it)).collect::<Vec<_>>().join(" ")
    }

    fn item(&self, item: &Item) -> String {
        match item {
            Item::Text(span) => format!("[{}]", self.slice(*span).replace('\n', "~")),
            Item::Comment(tag) => format!("comment{}", self.tag(*tag)),
            Item::Print(tag, it) => format!("print{}({})", self.tag(*tag), self.pipeline(it)),
            Item::If(it) => self.choice("if", it),
            Item::With(it) => self.choice("with", it),
            Item::Range(it) => self.choice("range", it),
            Item::Call { tag, name, argument } => {
                let argument = argument.as_ref().map_or(String::new(), |it| self.pipeline(it));
                format!("call{} {name}({argument})", self.tag(*tag))
            }
            Item::Break(tag) => format!("break{}", self.tag(*tag)),
            Item::Continue(tag) => format!("continue{}", self.tag(*tag)),
        }
    }

    fn choice(&self, name: &str, choice: &Choice) -> String {
        let branches = choice.branches.iter().map(|Branch { tag, pipeline, body }| {
            format!("{}({}){{{}}}", self.tag(*tag), self.pipeline(pipeline), self.items(body))
        });
        let mut out = name.to_owned() + &branches.collect::<Vec<_>>().join("else");
        if let Some((tag, body)) = &choice.otherwise {
            out += &format!("else{}{{{}}}", self.tag(*tag), self.items(body));
        }
        out + &self.tag(choice.end)
    }

    fn pipeline(&self, pipeline: &Pipeline) -> String {
        let mut out = pipeline.variables.join(",");
        if !pipeline.variables.is_empty() {
            out += if pipeline.assigns { "=" } else { ":=" };
        }
        let commands = pipeline.commands.iter().map(|it| self.command(it));
        out + &commands.collect::<Vec<_>>().join(" | ")
    }

    fn command(&self, command: &Command) -> String {
        command.words.iter().map(|it| self.word(it)).collect::<Vec<_>>().join(" ")
    }

    fn word(&self, word: &Expression) -> String {
        match &word.kind {
            ExpressionKind::Dot => ".".to_owned(),
            ExpressionKind::Nil => "nil".to_owned(),
            ExpressionKind::Bool(it) => it.to_string(),
            ExpressionKind::Int(it) => it.to_string(),
            ExpressionKind::Float(it) => format!("{it:?}"),
            ExpressionKind::Text(it, exact) => {
                let inside = self.slice(word.span);
                assert_eq!(*exact, inside.get(1..inside.len() - 1) == Some(it.as_str()));
                format!("{it:?}")
            }
            ExpressionKind::Function(it) => {
                assert_eq!(self.slice(word.span), it);
                it.clone()
            }
            ExpressionKind::Variable(it) => it.clone(),
            ExpressionKind::Pipeline(it) => format!("({})", self.pipeline(it)),
            ExpressionKind::Fields(base, fields) => {
                let names = fields.iter().map(|it| {
                    assert_eq!(self.slice(it.span), it.name);
                    format!("/{}", it.name)
                });
                self.word(base) + &names.collect::<String>()
            }
        }
    }
}

#[test]
fn what_belongs_to_what() {
    let cases = [
        ("a", "[a]"),
        ("a {{ .B.c }}~", "[a ] print(./B/c) [~]"),
        ("a {{- .B -}} ~ c", "[a] print<1>3(./B) [c]"),
        ("a~{{- 3 -}}~{{- 4 }} b", "[a] print<1>1(3) print(4) [ b]"),
        ("{{- /* {{ no }} */ -}} a", "comment>1 [a]"),
        ("{{/* a */}}", "comment"),
        ("{{ $x := .a }}{{ $x = 1 }}", "print($x:=./a) print($x=1)"),
        (
            "{{ if .a }}x{{ else if eq .b 1 }}y{{ else }}z{{ end }}",
            "if(./a){[x]}else(eq ./b 1){[y]}else{[z]}",
        ),
        ("{{ with .a }}x{{ else with .b }}y{{ end }}", "with(./a){[x]}else(./b){[y]}"),
        (
            "{{ range $k, $v := .m }}{{ $k }}{{ break }}{{ else }}{{ continue }}{{ end }}",
            "range($k,$v:=./m){print($k) break}else{continue}",
        ),
        ("{{- range $i := until 3 }} {{- end }}", "range($i:=until 3){}<1"),
        ("{{ template \"a.b\" . }}{{ template \"c\" }}", "call a.b(.) call c()"),
        ("{{ (index .a \"b\").c.d }}", "print((index ./a \"b\")/c/d)"),
        ("{{ $.Values.a }} {{ $ }} {{ $a.b }}", "print($/Values/a) [ ] print($) [ ] print($a/b)"),
        ("{{ .a .b }}", "print(./a ./b)"),
        ("{{ a | b 1 | c (d | e) }}", "print(a | b 1 | c (d | e))"),
        (
            "{{ printf \"%s-%d\\n\" `a\\` 'x' -1 0x10 010 1.5 1e3 }}",
            "print(printf \"%s-%d\\n\" \"a\\\\\" 120 -1 16 8 1.5 1000.0)",
        ),
        ("{{ \"}}\" }}", "print(\"}}\")"),
        ("{{ dict~  \"a\" 1~  \"b\" nil~}}", "print(dict \"a\" 1 \"b\" nil)"),
        ("{{ \"\\u00e9\\x41\\\"\" }}", "print(\"éA\\\"\")"),
        ("{{- -1 }}", "print(-1)"),
        ("{{ block \"b\" . }}x{{ end }}", "call b(.)"),
        ("{ {{ true }} }", "[{ ] print(true) [ }]"),
    ];
    for (text, expected) in cases {
        let text = text.replace('~', "\n");
        let template = parse(&text);
        assert!(template.problems.is_empty(), "{text}: {:?}", template.problems);
        assert_eq!(Dump(&text).items(&template.items), expected, "{text}");
    }
}

#[test]
fn defines_are_kept_apart() {
    let text = "{{- define \"a\" -}}\n x {{ . }}\n{{- end -}}\n{{ block \"b\" 1 }}y{{ end }}";
    let template = parse(text);
    let dump = Dump(text);
    let defines: Vec<_> = template
        .defines
        .iter()
        .map(|it| format!("{} {} @{}", it.name, dump.items(&it.body), dump.slice(it.span).len()))
        .collect();
    assert_eq!(defines, ["a [x ] print(.) @41", "b [y] @27"]);
    assert_eq!(dump.items(&template.items), "call b(1)");
}

#[test]
fn what_go_refuses_is_a_problem() {
    let deep = "(".repeat(500);
    let nested = "{{ if 1 }}".repeat(500);
    let cases = [
        "{{ if .a }}x",
        "{{ end }}",
        "{{ else }}",
        "{{ if .a }}{{ else }}{{ else }}{{ end }}",
        "{{ range .a }}{{ else if .b }}{{ end }}",
        "{{ .a",
        "{{ \"a }}",
        "{{ ( .a }}",
        "{{ .a ) }}",
        "{{ }}",
        "{{ | a }}",
        "{{ a | }}",
        "{{ define a }}{{ end }}",
        "{{ define \"a\" }}",
        "{{ a ? b }}",
        "{{ 'ab' }}",
        "{{ $x := }}",
        &format!("{{{{ {deep} }}}}"),
        &nested,
    ];
    for text in cases {
        assert!(!parse(text).problems.is_empty(), "{}", text.get(..text.len().min(60)).unwrap());
    }
}

#[test]
fn every_prefix_of_a_template_is_read() {
    let text = "a {{- if and (eq .a \"é\") $.b -}} x {{ else if `r` }}{{ template \"t\" (dict \"a\" 1) }}\
                {{- end }}{{ range $i, $e := .l }}{{ $i | printf \"%d\\t\" 'c' }}{{ end }}{{/* c */}}";
    for (at, _) in text.char_indices() {
        parse(text.get(..at).unwrap());
        parse(text.get(at..).unwrap());
    }
}
