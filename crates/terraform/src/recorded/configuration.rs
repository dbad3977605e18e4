//! The `configuration` part of a plan: where a value that is not known yet comes from.

use std::collections::BTreeMap;

use syntax::{Kind, Node};

use super::address;

/// Module levels that are entered.
const LEVELS: usize = 32;

/// References that are followed through variables and outputs.
const HOPS: usize = 16;

/// The configuration that a plan was made from.
#[derive(Debug, Default)]
pub(crate) struct Configuration<'a> {
    /// Expressions of resources by their address without indexes.
    resources: BTreeMap<String, Node<'a>>,
    /// Modules by their address without indexes; the root is empty.
    modules: BTreeMap<String, Node<'a>>,
    /// Calls by the address of the module that they make.
    calls: BTreeMap<String, Node<'a>>,
    /// Expressions of providers.
    pub(crate) providers: Vec<(&'a str, Node<'a>)>,
}

/// An attribute of another resource.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The address as far as the configuration tells: indexes of modules are missing.
    pub(crate) address: String,
    pub(crate) attribute: String,
}

impl<'a> Configuration<'a> {
    pub(super) fn read(root: Node<'a>) -> Self {
        let mut read = Self::default();
        let Some(configuration) = root.get("configuration") else { return read };
        for (key, provider) in
            configuration.get("provider_config").map(Node::entries).into_iter().flatten()
        {
            if let Some(expressions) = provider.get("expressions") {
                let name = provider.get("name").and_then(Node::as_str).unwrap_or(key);
                read.providers.push((name, expressions));
            }
        }
        let first = configuration.get("root_module").map(|it| (String::new(), it, 0));
        let mut open: Vec<(String, Node<'a>, usize)> = first.into_iter().collect();
        while let Some((path, module, level)) = open.pop() {
            let below = |name: &str| join(&path, name);
            for resource in module.get("resources").into_iter().flat_map(Node::items) {
                if let Some(address) = resource.get("address").and_then(Node::as_str)
                    && let Some(expressions) = resource.get("expressions")
                {
                    read.resources.insert(below(address), expressions);
                }
            }
            for (name, call) in module.get("module_calls").map(Node::entries).into_iter().flatten()
            {
                let path = below(&format!("module.{name}"));
                if let Some(inner) = call.get("module").filter(|_| level < LEVELS) {
                    open.push((path.clone(), inner, level + 1));
                }
                read.calls.insert(path, call);
            }
            read.modules.insert(path, module);
        }
        read
    }

    /// The expressions of a resource, given its address without indexes.
    pub(crate) fn expressions(&self, base: &str) -> Option<Node<'a>> {
        self.resources.get(base).copied()
    }

    /// What an attribute is written as, when it reads nothing.
    pub(crate) fn constant(&self, base: &str, attribute: &str) -> Option<Node<'a>> {
        self.expressions(base)?.get(attribute)?.get("constant_value")
    }

    /// The attribute that an expression of a resource reads, when it reads one.
    pub(crate) fn target(&self, base: &str, attribute: &str) -> Option<Target> {
        let expression = self.expressions(base)?.get(attribute)?;
        let (module, _) = address::module(base);
        self.follow(&module, expression, 0)
    }

    /// The variable that an expression of a resource reads, for messages.
    pub(crate) fn reference(&self, base: &str, attribute: &str) -> Option<&'a str> {
        let expression = self.expressions(base)?.get(attribute)?;
        references(expression).into_iter().next()
    }

    fn follow(&self, module: &str, expression: Node<'a>, hops: usize) -> Option<Target> {
        if hops > HOPS {
            return None;
        }
        let all = references(expression);
        let mut read = all.iter().filter(|it| !is_loop(it));
        let longest = *read.next()?;
        // Terraform lists a reference and then each shorter form of it.
        if !read.all(|it| longest.starts_with(*it)) {
            return None;
        }
        let parts = address::parts(longest);
        match parts.as_slice() {
            ["var", name, ..] => {
                let call = self.calls.get(module)?;
                let argument = call.get("expressions")?.get(name)?;
                let (above, _) = module.rsplit_once("module.")?;
                self.follow(above.trim_end_matches('.'), argument, hops + 1)
            }
            ["module", name, output, ..] => {
                let name = address::without_indexes(name);
                let inner = join(module, &format!("module.{name}"));
                let value = self.modules.get(&inner)?.get("outputs")?.get(output)?;
                self.follow(&inner, value.get("expression")?, hops + 1)
            }
            ["var" | "local" | "module" | "path" | "terraform" | "self", ..] => None,
            ["data", kind, name, attribute, ..] => Some(Target {
                address: join(module, &format!("data.{kind}.{name}")),
                attribute: address::without_indexes(attribute),
            }),
            // An index that is not constant ends the reference.
            ["data", kind, name] => Some(Target {
                address: join(module, &format!("data.{kind}.{name}")),
                attribute: "id".to_owned(),
            }),
            [kind, name] => Some(Target {
                address: join(module, &format!("{kind}.{name}")),
                attribute: "id".to_owned(),
            }),
            [kind, name, attribute, ..] => Some(Target {
                address: join(module, &format!("{kind}.{name}")),
                attribute: address::without_indexes(attribute),
            }),
            _ => None,
        }
    }
}

fn is_loop(reference: &str) -> bool {
    reference.starts_with("each.") || reference.starts_with("count.")
}

fn references(expression: Node<'_>) -> Vec<&str> {
    let list = expression.get("references").filter(|it| it.kind() == Kind::Seq);
    list.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
}
