//! Which files an editor has to tell about, as globs: those that an analysis may look into.
//!
//! The extension for VS Code has the same globs, and a test holds them to it.

/// Files that may show findings. What stands in them decides.
pub(crate) const LINTED: [&str; 3] = [
    "**/*.{tf,tofu,tfvars,hcl,nomad,tfbackend,tfstate,backup,yaml,yml,json,jsonc,json5,toml,md,mdc,conf,tpl,tftpl,tmpl,template,properties,env,kubeconfig,pem,key,crt,cer,p8,ppk}",
    "**/{.env,.env.*,.envrc,.npmrc,npmrc,.netrc,_netrc,netrc,.git-credentials,.pgpass,.pypirc,pip.ini,.my.cnf,.s3cfg,.boto,.dockerconfigjson,.dockercfg,kubeconfig,.vault-token,id_rsa,id_dsa,id_ecdsa,id_ed25519,identity}",
    "**/{.aws/credentials,.aws/config,.cargo/credentials,.kube/config}",
];

/// What else changes a result.
pub(crate) const WATCHED: [&str; 2] = [
    "**/{CODEOWNERS,OWNERS,.gitignore,.ignore,.helmignore}",
    // Folders whose removal takes files along without a word about each.
    "**/{.terraform,.claude,.cursor,.vscode,.codex,.gemini,charts,templates,modules}",
];

#[cfg(test)]
mod tests {
    use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

    use super::*;

    fn set(globs: &[&str]) -> GlobSet {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(GlobBuilder::new(glob).literal_separator(true).build().unwrap());
        }
        set.build().unwrap()
    }

    /// A name of each kind of file.
    const NAMES: [&str; 46] = [
        "a/main.tf",
        "main.tofu",
        "x.tf.json",
        "prod.auto.tfvars",
        "vault/policy.hcl",
        "job.nomad",
        "terraform.tfstate",
        "terraform.tfstate.1700000000.backup",
        "k8s/role.yaml",
        "chart/templates/_helpers.tpl",
        "user-data.tftpl",
        ".mcp.json",
        ".vscode/mcp.json",
        ".codex/config.toml",
        ".claude/agents/x.md",
        ".cursor/rules/a.mdc",
        "prod/.env",
        ".env.production",
        "app.env",
        ".envrc",
        ".npmrc",
        ".yarnrc.yml",
        ".netrc",
        ".git-credentials",
        ".pgpass",
        "pgpass.conf",
        ".pypirc",
        "pip.conf",
        "pip.ini",
        "home/.aws/credentials",
        ".cargo/credentials",
        ".cargo/credentials.toml",
        ".docker/config.json",
        ".dockercfg",
        ".kube/config",
        "kubeconfig",
        "admin.kubeconfig",
        ".vault-token",
        "application-prod.properties",
        "gradle.properties",
        "appsettings.Production.json",
        "server.pem",
        "server.key",
        "keys/id_ed25519",
        "docker-compose.yml",
        ".github/workflows/ci.yml",
    ];

    /// What the walk reads, an editor tells about.
    #[test]
    fn what_is_linted_is_told_about() {
        let linted = set(&LINTED);
        for path in NAMES {
            assert!(workspace::is_candidate(path), "{path} is not linted");
            assert!(linted.is_match(path), "{path} is not told about");
        }
        for path in ["src/main.rs", "image.png", "app/config", "credentials"] {
            assert!(!linted.is_match(path), "{path}");
        }
    }

    /// Hooks are run for the files of a commit that this expression finds.
    #[test]
    fn hooks_are_run_for_the_same_files() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.pre-commit-hooks.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        let expression = text.split('\'').nth(1).unwrap();
        let expression = regex::Regex::new(expression).unwrap();
        for path in NAMES {
            assert!(expression.is_match(path), "no hook is run for {path}");
        }
        for path in ["src/main.rs", "image.png", "Makefile", "app/config"] {
            assert!(!expression.is_match(path), "{path}");
        }
    }

    #[test]
    fn the_extension_tells_about_the_same_files() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../editors/vscode/src/files.ts");
        let text = std::fs::read_to_string(path).unwrap();
        for glob in LINTED {
            assert!(text.contains(&format!("'{glob}'")), "{glob} is not in {path}");
        }
    }
}
