//! The formats and what is fixed about each.

use syntax::Language;

use crate::notation::Notation;
use crate::pipeline::{self, Service};

/// A format of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// Variables of a process; a sample is copied and filled in.
    Dotenv { sample: bool },
    /// Services of Docker Compose.
    Compose,
    /// A workflow of GitHub.
    Workflow,
    /// A composite action of GitHub.
    Action,
    /// A pipeline of GitLab.
    GitLab,
    /// A pipeline of CircleCI.
    CircleCi,
    /// A pipeline of Azure DevOps.
    AzurePipelines,
    /// A pipeline of Bitbucket.
    Bitbucket,
    /// A pipeline of Travis.
    Travis,
    /// A pipeline of Drone or Woodpecker.
    Drone,
    /// A pipeline of Google Cloud Build.
    CloudBuild,
    /// A pipeline of AWS CodeBuild.
    CodeBuild,
    /// What a deployment tool starts, with its variables: `serverless.yml`, `wrangler.toml`.
    Deployment(Language),
    /// `Pulumi.<stack>.yaml`.
    PulumiStack,
    /// `appsettings.json` of .NET.
    AppSettings,
    /// `.npmrc`.
    Npmrc,
    /// `.yarnrc.yml`.
    Yarnrc,
    /// INI files that hold logins: `.pypirc`, `pip.conf`, `.aws/credentials`.
    LoginIni,
    /// Lines of logins: `.netrc`, `.git-credentials`, `.pgpass`.
    LoginLines,
    /// A key or certificate.
    KeyFile,
    /// A token and nothing else: `.vault-token`.
    TokenFile,
    /// `credentials.toml` of Cargo.
    CargoCredentials,
    /// JSON that tools keep logins in: Docker's `config.json`, Google's `credentials.json`.
    LoginJson,
    /// A kubeconfig.
    Kubeconfig,
    /// Properties of a Spring application.
    Properties,
    /// The same in YAML.
    SpringYaml,
    /// A CloudFormation or SAM template.
    Template(Language),
    /// Settings of a program that is known by its name or place alone.
    Settings(Language),
}

impl Format {
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Dotenv { .. } => Language::Dotenv,
            Self::Compose
            | Self::Workflow
            | Self::Action
            | Self::GitLab
            | Self::CircleCi
            | Self::AzurePipelines
            | Self::Bitbucket
            | Self::Travis
            | Self::Drone
            | Self::CloudBuild
            | Self::CodeBuild
            | Self::PulumiStack
            | Self::Yarnrc
            | Self::Kubeconfig
            | Self::SpringYaml => Language::Yaml,
            Self::Npmrc | Self::LoginIni | Self::Properties => Language::Ini,
            Self::LoginLines | Self::KeyFile | Self::TokenFile => Language::Text,
            Self::CargoCredentials => Language::Toml,
            Self::LoginJson => Language::Json,
            Self::AppSettings => Language::Json,
            Self::Template(language) | Self::Deployment(language) | Self::Settings(language) => {
                language
            }
        }
    }

    /// How pipelines of its service are written.
    pub(crate) fn pipeline(self) -> Option<&'static Service> {
        match self {
            Self::Workflow | Self::Action => Some(&pipeline::GITHUB),
            Self::GitLab => Some(&pipeline::GITLAB),
            Self::CircleCi => Some(&pipeline::CIRCLECI),
            Self::AzurePipelines => Some(&pipeline::AZURE),
            Self::Bitbucket => Some(&pipeline::BITBUCKET),
            Self::Travis => Some(&pipeline::TRAVIS),
            Self::Drone => Some(&pipeline::DRONE),
            Self::CloudBuild => Some(&pipeline::CLOUD_BUILD),
            Self::CodeBuild => Some(&pipeline::CODE_BUILD),
            Self::Deployment(_) => Some(&pipeline::DEPLOYMENT),
            _ => None,
        }
    }

    /// How a value that is kept elsewhere is written; `None` when the format has no way, or when
    /// the name would refer to itself.
    pub(crate) fn notation(self) -> Option<Notation> {
        match self {
            Self::Compose | Self::Npmrc | Self::Yarnrc | Self::Properties | Self::SpringYaml => {
                Some(Notation::Braced)
            }
            Self::Workflow => Some(Notation::Workflow),
            _ => None,
        }
    }

    /// What should be done about a credential that its issuer has no better way for.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Dotenv { .. } => {
                "keep the file out of the repository and fill it from a secret manager"
            }
            Self::Compose => "take it from a file secret (`secrets`) or from a variable: `${NAME}`",
            Self::Workflow => "store it as a secret of the environment: `${{ secrets.NAME }}`",
            Self::Action => "take it as an input that the workflow fills from its secrets",
            Self::GitLab => "store it as a masked and protected variable of the project",
            Self::CircleCi => "store it in a context",
            Self::AzurePipelines => "store it as a secret variable and refer to it: `$(NAME)`",
            Self::Bitbucket => "store it as a secured variable of the repository",
            Self::Travis => "encrypt it (`secure`), or set it in the settings of the repository",
            Self::Drone => "store it as a secret and refer to it: `from_secret`",
            Self::CloudBuild => "name a version in `availableSecrets` and use `secretEnv`",
            Self::CodeBuild => "name it in `env/secrets-manager`",
            Self::Deployment(_) => "store it as a secret of the platform, not as a variable",
            Self::PulumiStack => "set it with `pulumi config set --secret`",
            Self::AppSettings => "keep it in user secrets, an environment variable or a key vault",
            Self::Npmrc | Self::Yarnrc => "refer to a variable: `${NPM_TOKEN}`",
            Self::LoginIni | Self::LoginLines | Self::CargoCredentials | Self::LoginJson => {
                "keep the file in the home folder, out of the repository, and use short-lived tokens"
            }
            Self::TokenFile | Self::KeyFile => {
                "keep the file out of the repository, in a secret manager"
            }
            Self::Kubeconfig => "let an `exec` plugin fetch short-lived credentials",
            Self::Settings(_) => {
                "encrypt it (SOPS, ansible-vault), or let the program read it from a secret manager"
            }
            Self::Properties | Self::SpringYaml => "refer to a variable: `${NAME}`",
            Self::Template(_) => {
                "refer to a secret: `{{resolve:secretsmanager:NAME:SecretString:KEY}}`"
            }
        }
    }
}
