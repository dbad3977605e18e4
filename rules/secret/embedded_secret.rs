use engine::{Context, Severity, rule};
use model::{Certainty, Credential, Lifetime, LiteralClass, SlotKind};

rule! {
    /// A credential is written out in a file.
    ///
    /// ## What
    /// A password, key or token stands in the configuration as plain text: in a provider block, a
    /// variable's default, an environment value, a header, a URL or an argument of a command.
    ///
    /// ## Why
    /// Whoever can read the file can act as its holder: everybody with access to the repository,
    /// its copies and its history. Deleting the line later does not help; the history keeps it.
    ///
    /// ## Fix
    /// Revoke the credential, then let the place refer to one that is issued when it is needed:
    /// a workload identity or OIDC federation where the platform offers it, otherwise an entry of
    /// a secret manager, an environment variable or the client's own prompt.
    ///
    /// `--fix --unsafe-fixes` writes that reference where it can be written: `var.…` in Terraform,
    /// `secretKeyRef` in Kubernetes, a variable in pipelines and settings. What it names has to
    /// be made, and filled with the new value, by hand. Nothing is changed where the value would
    /// still stand somewhere in the file.
    ///
    /// ```tf,bad
    /// provider "aws" {
    ///   region     = "eu-central-1"
    ///   secret_key = "q9X2vLr7TzK4mWn8YbC3dFg6HjP1sAeU5oIyRtQw" # error: `secret_key` of provider
    /// }
    /// ```
    /// ```tf,bad
    /// variable "db_password" {
    ///   default = "kT7-vnQ2.pLw9" # error
    /// }
    /// ```
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "tracker": {
    ///       "url": "https://tracker.example.com/mcp",
    ///       "headers": { "Authorization": "Bearer 7f3kQz81LmWx0aTg55VbNcYp" } // error: header
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: terraform.tfstate
    /// {
    ///   "version": 4, "serial": 7, "lineage": "7c0f", "resources": [{
    ///     "mode": "managed", "type": "aws_db_instance", "name": "main",
    ///     "instances": [{ "attributes": {
    ///       "username": "app",
    ///       "password": "kT7-vnQ2.pLw9" // error: a Terraform state
    ///     }}]
    ///   }]
    /// }
    /// ```
    /// ```yaml,bad
    /// # file: shop/values.yaml
    /// auth:
    ///   existingSecret: ""
    ///   password: kT7-vnQ2.pLw9 # error: `auth.password` of the chart's values
    /// # file: shop/Chart.yaml
    /// apiVersion: v2
    /// name: shop
    /// version: 1.0.0
    /// # file: shop/templates/secret.yaml
    /// {{- if not .Values.auth.existingSecret }}
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: {{ .Release.Name }}
    /// data:
    ///   password: {{ .Values.auth.password | b64enc }}
    /// {{- end }}
    /// ```
    /// ```yaml,good
    /// # file: shop/values.yaml
    /// auth:
    ///   existingSecret: shop-database
    ///   existingSecretPasswordKey: password
    ///   password: ""
    /// # file: shop/Chart.yaml
    /// apiVersion: v2
    /// name: shop
    /// version: 1.0.0
    /// # file: shop/templates/secret.yaml
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: {{ .Release.Name }}
    /// data:
    ///   password: {{ .Values.auth.password | default (randAlphaNum 32) | b64enc }}
    /// ```
    /// ```tf,good
    /// variable "token" {
    ///   type      = string
    ///   sensitive = true
    /// }
    ///
    /// provider "aws" {
    ///   region     = "eu-central-1"
    ///   secret_key = var.token
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "tracker": {
    ///       "url": "https://tracker.example.com/mcp",
    ///       "headers": { "Authorization": "Bearer ${TRACKER_TOKEN}" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ```yaml,bad
    /// # file: docker-compose.yml
    /// services:
    ///   db:
    ///     environment:
    ///       POSTGRES_PASSWORD: kT7-vnQ2.pLw9 # error: service `db`
    /// # file: .github/workflows/deploy.yml
    /// jobs:
    ///   deploy:
    ///     steps:
    ///       - run: docker login -u ci -p mR4-zxB8.wKq1 registry.example.org # error: job `deploy`
    /// ```
    /// ```yaml,good
    /// # file: docker-compose.yml
    /// services:
    ///   db:
    ///     environment:
    ///       POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
    /// # file: .github/workflows/deploy.yml
    /// jobs:
    ///   deploy:
    ///     env:
    ///       API_TOKEN: ${{ secrets.API_TOKEN }}
    /// ```
    ///
    /// ## References
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "embedded-secret",
    family: Secret,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI7"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-01", "PR.DS-01"],
        NistZeroTrust: ["6"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Some(literal) = credential.literal() else { return };
    if literal.class != LiteralClass::Secret
        || literal.well_known
        || literal.is_copy
        || literal.certainty == Certainty::Guess
        || credential.slot.kind == SlotKind::SecretData
    {
        return;
    }
    let what = literal.format.as_deref().unwrap_or_else(|| credential.kind.describe());
    let ended = match (credential.expiry.lifetime, cx.today()) {
        (Lifetime::Until(date), Some(today)) if date < today => format!("; it ended on {date}"),
        _ => String::new(),
    };
    let is_live = ended.is_empty();
    let message = format!(
        "{what} written out in {} (`{}`){ended}",
        place_words(credential),
        literal.secret.redacted()
    );
    let severity = match literal.certainty {
        // Nobody can use it any more; it still tells who writes keys into files.
        _ if !is_live => Severity::Low,
        Certainty::Verified | Certainty::Format => Severity::Critical,
        _ => Severity::High,
    };
    let finding = cx.report(&credential.address, &credential.slot.path, &literal.origin, message);
    finding.severity(severity).help(help(credential, is_live)).remedy(credential.fix.as_deref());
    if let Some(id) = &literal.key_id {
        finding.related(id.place, format!("its id stands here: {}", id.what));
    }
    for copy in &literal.copies {
        finding.related(*copy, "the same value stands here");
    }
}

fn place_words(credential: &Credential) -> String {
    let name = &credential.name;
    let taker = &credential.slot.taker;
    match credential.slot.kind {
        SlotKind::VariableDefault => format!("the default of variable `{name}`"),
        SlotKind::VariableFile => format!("the variables file, as `{name}`"),
        SlotKind::Header => format!("header `{name}` of {taker}"),
        SlotKind::Environment => format!("environment variable `{name}` of {taker}"),
        SlotKind::CommandArgument => format!("an argument of {taker}"),
        SlotKind::Url => format!("a URL of {taker}"),
        SlotKind::Local => format!("local value `{name}`"),
        SlotKind::State => {
            format!("a Terraform state (`{}` of {taker})", credential.slot.path)
        }
        SlotKind::Comment => "a comment".to_owned(),
        SlotKind::Instructions => "instructions that a model reads".to_owned(),
        SlotKind::SavedCommand => format!("a saved command (`{name}`)"),
        _ if taker.is_empty() => format!("`{name}`"),
        _ => format!("`{name}` of {taker}"),
    }
}

fn help(credential: &Credential, is_live: bool) -> String {
    if credential.slot.kind == SlotKind::State {
        return "revoke it, move the state to an encrypted remote backend and delete this file, \
                also from the history"
            .to_owned();
    }
    if credential.literal().is_some_and(|it| it.beside_encryption) {
        return "revoke it, then encrypt it like the rest of the file".to_owned();
    }
    let instead = match (&credential.replacement, credential.write_only_twin) {
        (Some(it), _) => it.to_string(),
        (None, Some(twin)) => format!("use `{twin}` with an ephemeral value"),
        (None, None) => match credential.slot.kind {
            SlotKind::VariableDefault => {
                "remove the default and mark the variable `sensitive`".to_owned()
            }
            SlotKind::Environment | SlotKind::ConfigData => {
                "refer to a secret instead of writing the value".to_owned()
            }
            SlotKind::ChartValue => {
                "leave it empty and name a Secret that exists (`existingSecret`)".to_owned()
            }
            SlotKind::CommandArgument => {
                "hand it over in an environment variable or a file".to_owned()
            }
            _ => "refer to a secret manager or an environment variable".to_owned(),
        },
    };
    let life = match credential.expiry.lifetime {
        Lifetime::Never => "; it never expires by itself".to_owned(),
        Lifetime::Until(date) if is_live => format!("; it is good until {date}"),
        _ => String::new(),
    };
    let state = if credential.in_state { "; the Terraform state would hold it too" } else { "" };
    format!("revoke it, then {instead}{life}{state}")
}
