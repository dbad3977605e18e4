//! Which YAML files are Go templates.

/// True when a YAML file is a Helm template, and not only text that quotes template actions
/// (alert annotations, Argo workflows): there a masked value would be a lost value.
pub(crate) fn is_template(path: &str, text: &str) -> bool {
    if !syntax::has_template_actions(text) {
        return false;
    }
    if path.split('/').rev().skip(1).any(|it| it == "templates") {
        return true;
    }
    let helm = [".Values.", ".Release.", ".Chart.", "{{- ", "include \""];
    helm.iter().any(|it| syntax::mentions(text, it))
        || text.lines().any(|it| it.trim_start().starts_with("{{"))
}
