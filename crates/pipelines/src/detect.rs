//! Which file is of which format: by its name where a tool fixes it, else by its content.

use syntax::{Language, Word, mentions};

use crate::format::Format;

/// Endings of files that begin with `.env` and are programs or documents.
const NO_VARIABLES: &[&str] =
    &["js", "cjs", "mjs", "ts", "py", "rb", "go", "rs", "sh", "json", "yaml", "yml", "toml", "md"];

/// Parts of a name that say: copy this file and fill it in.
const SAMPLES: &[&str] = &["example", "sample", "template", "dist", "tpl", "tmpl", "defaults"];

/// Endings of files that hold keys or certificates.
const KEYS: &[&str] = &["pem", "key", "crt", "cer", "p8", "ppk"];

/// Names under which `ssh` keeps keys.
const SSH_KEYS: &[&str] = &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "identity"];

/// The format of a file.
pub(crate) fn recognise(path: &str, text: &str) -> Option<Format> {
    by_name(path, text).or_else(|| by_content(path, text))
}

/// True for a name that some format has, whatever stands in the file.
pub(crate) fn is_named(path: &str) -> bool {
    let (folder, name) = split(path);
    is_key_name(&name) || whole_name(&folder, &name).is_some() || dotenv(&name).is_some()
}

/// The format that a name fixes.
pub(crate) fn by_name(path: &str, text: &str) -> Option<Format> {
    let (folder, name) = split(path);
    if is_key_name(&name) {
        let armoured = mentions(text, "-----BEGIN ") || text.starts_with("PuTTY-User-Key-File");
        return armoured.then_some(Format::KeyFile);
    }
    let format = whole_name(&folder, &name).or_else(|| dotenv(&name))?;
    // `application.yaml` is what Spring reads, and what people call an Application of Argo CD.
    let is_another = yaml_stem(&name).is_some() && is_object(text);
    (!is_another).then_some(format)
}

/// True for an object of Kubernetes.
fn is_object(text: &str) -> bool {
    let says = |key: &str| text.lines().any(|it| it.starts_with(key));
    mentions(text, "apiVersion:") && says("apiVersion:") && says("kind:")
}

/// The folder, with slashes around it, and the name in small letters.
fn split(path: &str) -> (String, String) {
    let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
    let folder = ["/", folder, "/"].concat();
    let folder = if folder.contains('\\') { folder.replace('\\', "/") } else { folder };
    (folder, name.to_ascii_lowercase())
}

fn is_key_name(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, it)| it);
    KEYS.contains(&extension) || SSH_KEYS.contains(&name)
}

fn whole_name(folder: &str, name: &str) -> Option<Format> {
    let stem = yaml_stem(name);
    Some(match name {
        ".npmrc" | "npmrc" => Format::Npmrc,
        ".yarnrc.yml" => Format::Yarnrc,
        ".netrc" | "_netrc" | "netrc" | ".git-credentials" | ".pgpass" | "pgpass.conf" => {
            Format::LoginLines
        }
        ".pypirc" | "pip.conf" | "pip.ini" | ".my.cnf" | ".s3cfg" | ".boto" | "rclone.conf" => {
            Format::LoginIni
        }
        "credentials" | "config" if folder.ends_with("/.aws/") => Format::LoginIni,
        "credentials" | "credentials.toml" if folder.ends_with("/.cargo/") => {
            Format::CargoCredentials
        }
        "config.json" if folder.ends_with("/.docker/") => Format::LoginJson,
        ".dockerconfigjson" | ".dockercfg" => Format::LoginJson,
        "config" if folder.ends_with("/.kube/") => Format::Kubeconfig,
        "kubeconfig" => Format::Kubeconfig,
        ".vault-token" => Format::TokenFile,
        _ if name.ends_with(".kubeconfig") => Format::Kubeconfig,
        "wrangler.toml" | "fly.toml" | "netlify.toml" => Format::Deployment(Language::Toml),
        _ if is_properties(name) => Format::Properties,
        _ if is_app_settings(name) => Format::AppSettings,
        _ => return stem.and_then(|stem| of_yaml(folder, stem, name)),
    })
}

fn yaml_stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"))
}

fn of_yaml(folder: &str, stem: &str, name: &str) -> Option<Format> {
    let begins = |word: &str| {
        stem.strip_prefix(word).is_some_and(|it| it.is_empty() || it.starts_with(['.', '-', '_']))
    };
    Some(match stem {
        _ if begins("docker-compose") || begins("compose") => Format::Compose,
        _ if folder.ends_with("/.github/workflows/") || folder.ends_with("/.gitea/workflows/") => {
            Format::Workflow
        }
        "action" => Format::Action,
        _ if stem.ends_with(".gitlab-ci") || folder.contains("/.gitlab/ci/") => Format::GitLab,
        _ if folder.ends_with("/.circleci/") => Format::CircleCi,
        "bitbucket-pipelines" => Format::Bitbucket,
        ".travis" => Format::Travis,
        ".drone" | ".woodpecker" => Format::Drone,
        _ if folder.contains("/.woodpecker/") => Format::Drone,
        "cloudbuild" => Format::CloudBuild,
        "buildspec" => Format::CodeBuild,
        "serverless" => Format::Deployment(Language::Yaml),
        _ if stem.starts_with("pulumi.") => Format::PulumiStack,
        _ if begins("azure-pipelines") || folder.contains("/.azure-pipelines/") => {
            Format::AzurePipelines
        }
        _ if is_spring(stem) && !name.is_empty() => Format::SpringYaml,
        _ => return None,
    })
}

/// `application`, `application-prod`, `bootstrap`: what Spring Boot looks for.
fn is_spring(stem: &str) -> bool {
    ["application", "bootstrap"].iter().any(|it| {
        stem.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// `appsettings.json`, `appsettings.Production.json`.
fn is_app_settings(name: &str) -> bool {
    name.strip_prefix("appsettings")
        .and_then(|it| it.strip_suffix(".json"))
        .is_some_and(|it| it.is_empty() || it.starts_with('.'))
}

fn is_properties(name: &str) -> bool {
    name.strip_suffix(".properties").is_some_and(is_spring) || name == "gradle.properties"
}

fn dotenv(name: &str) -> Option<Format> {
    if !mentions(name, "env") {
        return None;
    }
    let parts: Vec<&str> = name.split('.').collect();
    let sample = parts.iter().any(|it| SAMPLES.contains(it));
    let last = parts.last().copied().unwrap_or("");
    let is_one = match parts.as_slice() {
        ["", "env" | "envrc", ..] => !NO_VARIABLES.contains(&last),
        ["env", _, ..] => sample && !NO_VARIABLES.contains(&last),
        _ => parts.len() > 1 && last == "env",
    };
    is_one.then_some(Format::Dotenv { sample })
}

static AWS: Word = Word::new("AWS");
static CONFIG: Word = Word::new("kind: Config");

pub(crate) fn by_content(path: &str, text: &str) -> Option<Format> {
    let name = model::path::foreign_name(path).to_ascii_lowercase();
    let begins = |line: &str, word: &str| {
        line.strip_prefix(word).is_some_and(|it| it.starts_with([':', ' ']))
    };
    // Few files hold the word at all.
    let has_line = |word: &str| mentions(text, word) && text.lines().any(|it| begins(it, word));
    if yaml_stem(&name).is_some() || name.ends_with(".template") {
        // One word rules out nearly all files.
        let is_template = AWS.is_in(text)
            && (mentions(text, "AWSTemplateFormatVersion")
                || mentions(text, "AWS::Serverless-2016-10-31")
                || mentions(text, "Type: AWS::") && has_line("Resources"));
        if is_template && !text.trim_start().starts_with('{') {
            return Some(Format::Template(Language::Yaml));
        }
        let is_kubeconfig = CONFIG.is_in(text) && has_line("clusters") && has_line("users");
        return is_kubeconfig.then_some(Format::Kubeconfig);
    }
    if !name.ends_with(".json") {
        return None;
    }
    if mentions(text, "\"AWSTemplateFormatVersion\"")
        || mentions(text, "\"Resources\"") && mentions(text, "\"AWS::")
    {
        let is_plan = mentions(text, "\"planned_values\"") || mentions(text, "\"provider_name\"");
        return (!is_plan).then_some(Format::Template(Language::Json));
    }
    let is_google = mentions(text, "\"private_key\"")
        && ["service_account", "external_account_authorized_user"]
            .iter()
            .any(|it| mentions(text, it))
        || mentions(text, "\"client_secret\"")
            && (mentions(text, "\"authorized_user\"") || mentions(text, "\"auth_uri\""));
    is_google.then_some(Format::LoginJson)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_kubernetes_are_left_to_others() {
        const OBJECT: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n";
        for name in ["application.yaml", "a/application-prod.yml", "bootstrap.yaml", "compose.yaml"]
        {
            assert!(by_name(name, OBJECT).is_none(), "{name}");
            assert!(by_name(name, "").is_some(), "{name}");
        }
        let spring = "spring:\n  cloud:\n    kubernetes:\n      kind: x\n      apiVersion: v1\n";
        assert!(by_name("application.yaml", spring).is_some());
        assert!(by_name(".kube/config", "apiVersion: v1\nkind: Config\n").is_some());
    }
}
