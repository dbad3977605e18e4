//! Objects that stand in files of other languages.

use model::{Manifest, Source};
use syntax::{Language, Limits};

use crate::kinds;
use crate::object::{Object, Objects, Options};
use crate::page::Page;

/// Reads objects that another front end found. What they hold in clear text may have been found
/// there, too.
pub fn adopt(manifests: &[Manifest], options: &Options) -> Objects {
    let tree = syntax::parse("".into(), Language::Yaml, &Limits::default());
    let mut objects = Objects::default();
    for manifest in manifests {
        let source = Source { file: manifest.region.file, path: "", tree: &tree };
        let mut object = Object::foreign(Page::plain(&source), manifest);
        object.today = options.today;
        if let Some(lower) = kinds::of_value(&object.class, &object.value) {
            lower(&object, &mut objects);
        }
    }
    objects
}
