//! How a format refers to a value that is kept elsewhere.

/// A way to write a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notation {
    /// `${NAME}`.
    Braced,
    /// `${{ secrets.NAME }}`.
    Workflow,
}

impl Notation {
    /// The reference to a name.
    pub(crate) fn reference(self, name: &str) -> String {
        match self {
            Self::Braced => format!("${{{name}}}"),
            // GitHub keeps names that begin with its own for itself.
            Self::Workflow => match name.strip_prefix("GITHUB_") {
                Some(rest) => format!("${{{{ secrets.GH_{rest} }}}}"),
                None => format!("${{{{ secrets.{name} }}}}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn github_keeps_its_own_names() {
        let reference = Notation::Workflow.reference("GITHUB_TOKEN");
        assert_eq!(reference, "${{ secrets.GH_TOKEN }}");
        assert_eq!(Notation::Braced.reference("A"), "${A}");
    }
}
