//! Functions that read files of the workspace, and `templatestring`.

use std::sync::Arc;

use model::{Data, FileId, Origin, Piece, StepKind, Text, Value};
use syntax::{Limits, OffsetMap};

use super::functions::{Call, encode_base64};
use super::{Key, Scope, TEXT};
use crate::{path, values};

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    match call.name {
        "file" => file(call),
        "templatefile" => template_file(call),
        "templatestring" => render_value(call, call.arguments.first()?, call.arguments.get(1)?),
        "basename" => Some(values::text(path::name(&call.text(0)?), call.origin())),
        "dirname" => {
            let name = call.text(0)?;
            let folder = match path::folder(&name) {
                "" if name.starts_with('/') => "/",
                "" => ".",
                folder => folder,
            };
            Some(values::text(folder, call.origin()))
        }
        "filebase64" => {
            let content = read(call, &call.text(0)?)?;
            let encoded = encode_base64(content.text.as_bytes());
            Some(values::text(encoded, call.origin()))
        }
        // What depends on the home or the working folder is not known.
        "pathexpand" => first_without(call, '~'),
        "abspath" => {
            let name = call.text(0)?;
            let cleaned = path::join("", name.strip_prefix('/')?)?;
            Some(values::text(format!("/{cleaned}"), call.origin()))
        }
        "fileexists" => read(call, &call.text(0)?).map(|_| values::boolean(true, call.origin())),
        _ => None,
    }
}

fn first_without(call: &Call<'_, '_>, start: char) -> Option<Value> {
    let known = call.text(0)?;
    (!known.starts_with(start)).then(|| call.arguments.first().cloned()).flatten()
}

/// The text of a file of the workspace.
pub(super) fn content(call: &Call<'_, '_>, name: &str) -> Option<Arc<str>> {
    read(call, name).map(|it| it.text)
}

/// A file that was read in, and its id when it is part of the analysis.
struct Content {
    text: Arc<str>,
    file: Option<FileId>,
    path: String,
}

fn read(call: &Call<'_, '_>, name: &str) -> Option<Content> {
    let options = &call.evaluator.project.options;
    let path = path::join(&call.folder, name)?;
    let text = (options.read_file?)(&path).filter(|it| it.len() <= TEXT)?;
    let file = options.find_file.and_then(|find| find(&path));
    Some(Content { text, file, path })
}

fn file(call: &Call<'_, '_>) -> Option<Value> {
    let content = read(call, &call.text(0)?)?;
    let length = u32::try_from(content.text.len()).ok()?;
    let step: Arc<str> = format!("file {}", content.path).into();
    let (origin, map) = match content.file {
        Some(file) => {
            let place = model::Place::new(file, model::Span::new(0, length));
            let origin = Origin::at(place).through(StepKind::File, step, call.place);
            (origin, Some(OffsetMap::identity(0, length)))
        }
        None => (call.origin().through(StepKind::File, step, call.place), None),
    };
    let text =
        Text { pieces: vec![Piece::Literal { text: content.text, origin: origin.clone(), map }] };
    Some(Value { data: Data::String(text), origin })
}

fn template_file(call: &Call<'_, '_>) -> Option<Value> {
    let content = read(call, &call.text(0)?)?;
    let step: Arc<str> = format!("file {}", content.path).into();
    let map = OffsetMap::identity(0, u32::try_from(content.text.len()).ok()?);
    let value = render(call, &content.text, &map, content.file, call.arguments.get(1)?)?;
    Some(values::through(value, StepKind::File, &step, call.place))
}

/// Renders a template that is a value: its parts are placed where they were written.
pub(super) fn render_value(
    call: &Call<'_, '_>,
    template: &Value,
    variables: &Value,
) -> Option<Value> {
    let Data::String(text) = &template.data else { return None };
    match text.pieces.as_slice() {
        [Piece::Literal { text, origin, map: Some(map) }] => {
            let value = render(call, text, map, Some(origin.place.file), variables)?;
            Some(values::inherit(&template.origin, value))
        }
        _ => {
            let text = text.known()?;
            let map = OffsetMap::identity(0, u32::try_from(text.len()).ok()?);
            render(call, &text, &map, None, variables)
        }
    }
}

/// Renders a template with the names that `variables` brings in; without a file every part is
/// placed at the call.
fn render(
    call: &Call<'_, '_>,
    text: &str,
    map: &OffsetMap,
    file: Option<FileId>,
    variables: &Value,
) -> Option<Value> {
    if !matches!(variables.data, Data::Map(_)) {
        return None;
    }
    // Templates may render each other: reading one costs as much as it is long.
    if !call.evaluator.spend(100 + text.len() / 16, call.place) {
        return None;
    }
    let tree = syntax::parse_template(text, map, &Limits::default());
    let root = tree.root()?;
    if !tree.problems().is_empty() {
        return None;
    }
    let names: Vec<(String, Value)> = values::entries(variables)
        .map(|it| (it.key.to_string(), values::inherit(&variables.origin, it.value.clone())))
        .collect();
    let fixed = if file.is_some() { None } else { Some(call.place) };
    let key = Key::Single;
    let file = file.unwrap_or(call.place.file);
    let scope = Scope { detached: true, names: &names, fixed, ..Scope::new(0, file, &key) };
    let value = call.evaluator.eval(root, &scope);
    (!values::is_invalid(&value)).then_some(value)
}
