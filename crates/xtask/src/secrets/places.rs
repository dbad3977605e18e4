//! Every token format in several places: the product of `tokens.tsv` and a list of places.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::template::{self, Filled, Tokens};

/// A row of `tokens.tsv`.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) key: String,
    pub(crate) needs_key: bool,
    pub(crate) pattern: String,
}

/// Reads `tokens.tsv`.
pub(crate) fn rows(text: &str) -> Result<Vec<Row>> {
    let lines = text.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty());
    lines.map(|it| row(it).with_context(|| format!("tokens.tsv: {it}"))).collect()
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.split('\t').map(str::to_owned);
    let name = cells.next()?;
    let class = cells.next()?;
    let key = cells.next()?;
    let (key, needs_key) = match key.strip_suffix('!') {
        Some(key) => (key.to_owned(), true),
        None => (key, false),
    };
    Some(Row { name, class, key, needs_key, pattern: cells.next()? })
}

/// A place: a file, what opens and closes it, and what one token adds. `KEY` stands for the
/// variable's name, `key` for it in lower case, `NAME` for the token's own name.
struct Place {
    path: &'static str,
    open: &'static str,
    each: &'static str,
    close: &'static str,
    /// Whether the place has a key, takes any text, or only credentials.
    takes: Takes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// The key tells what stands there.
    Named,
    /// The token must show itself.
    Anything,
    /// Nothing but a credential belongs there.
    Credential,
}

/// How many places each token is put into.
const PLACES_EACH: usize = 4;

const PLACES: &[Place] = &[
    Place {
        path: "tokens/variables.tf",
        open: "",
        each: "variable \"key_NAME\" {\n  type    = string\n  default = \"TOKEN\"LABEL\n}\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/deployment.yaml",
        open: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: example.org/api:1.0.0\n          env:\n",
        each: "            - name: KEY\n              value: TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/.mcp.json",
        open: "{\n  \"mcpServers\": {\n",
        each: "    \"NAME\": { \"command\": \"serve\",\n      \"env\": {\n        \"KEY\": \"TOKEN\"LABEL\n      } },\n",
        close: "    \"last\": { \"command\": \"serve\" }\n  }\n}\n",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/secret-string.yaml",
        open: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n",
        each: "  KEY: TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/prod.auto.tfvars",
        open: "",
        each: "key_NAME = \"TOKEN\"LABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/secret-data.yaml",
        open: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\ndata:\n",
        each: "  KEY: ⟦base64:TOKEN⟧LABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/headers/.mcp.json",
        open: "{\n  \"mcpServers\": {\n",
        each: "    \"NAME\": { \"type\": \"http\", \"url\": \"https://mcp.example.org/NAME\",\n      \"headers\": {\n        \"Authorization\": \"Bearer TOKEN\"LABEL\n      } },\n",
        close: "    \"last\": { \"command\": \"serve\" }\n  }\n}\n",
        takes: Takes::Credential,
    },
    Place {
        path: "tokens/chart/values.yaml",
        open: "image: example.org/api:1.0.0\n",
        each: "NAME:\n  key: TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/.codex/config.toml",
        open: "model = \"gpt-5\"\n",
        each: "[mcp_servers.NAME]\ncommand = \"serve\"\n[mcp_servers.NAME.env]\nKEY = \"TOKEN\"LABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/locals.tf",
        open: "locals {\n",
        each: "  key_NAME = \"TOKEN\"LABEL\n",
        close: "}\n",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/args/.mcp.json",
        open: "{\n  \"mcpServers\": {\n",
        each: "    \"NAME\": { \"command\": \"serve\", \"args\": [\n      \"--api-key\",\n      \"TOKEN\"LABEL\n    ] },\n",
        close: "    \"last\": { \"command\": \"serve\" }\n  }\n}\n",
        takes: Takes::Credential,
    },
    Place {
        path: "tokens/configmap.yaml",
        open: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: api\ndata:\n  application.properties: |\n",
        each: "    key=TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/.env",
        open: "",
        each: "KEY=TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/docker-compose.yml",
        open: "services:\n  api:\n    image: example.org/api:1.0.0\n    environment:\n",
        each: "      KEY: TOKENLABEL\n",
        close: "",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/.github/workflows/deploy.yml",
        open: "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n",
        each: "      KEY: TOKENLABEL\n",
        close: "    steps:\n      - run: make deploy\n",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/comments.tf",
        open: "",
        each: "# NAME used to be TOKENLABEL\n",
        close: "",
        takes: Takes::Anything,
    },
    Place {
        path: "tokens/CLAUDE.md",
        open: "# Working here\n\n",
        each: "- For NAME, use `TOKEN` when asked.LABEL\n",
        close: "",
        takes: Takes::Anything,
    },
    Place {
        path: "tokens/comments.yaml",
        open: "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: api\n",
        each: "# was: TOKENLABEL\n",
        close: "",
        takes: Takes::Anything,
    },
    Place {
        path: "tokens/user-data.tf",
        open: "resource \"aws_instance\" \"api\" {\n  user_data = <<-EOT\n    #!/bin/sh\n",
        each: "    export KEY=TOKENLABEL\n",
        close: "  EOT\n}\n",
        takes: Takes::Named,
    },
    Place {
        path: "tokens/.claude/settings.json",
        open: "{\n  \"permissions\": { \"allow\": [\n",
        each: "    \"Bash(curl -H 'Authorization: Bearer TOKEN' https://api.example.org/NAME)\",LABEL\n",
        close: "    \"Bash(ls)\"\n  ] }\n}\n",
        takes: Takes::Anything,
    },
];

/// The files that hold every token in a few of the places, turn by turn.
pub(crate) fn files(rows: &[Row], tokens: &Tokens) -> Result<Vec<Filled>> {
    let mut bodies: BTreeMap<usize, String> = BTreeMap::new();
    let mut used: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut next = 0;
    for row in rows {
        let mut put = 0;
        while put < PLACES_EACH {
            let at = next % PLACES.len();
            next += 1;
            let Some(place) = PLACES.get(at) else { continue };
            if !suits(place, row) || !used.insert((at, row.key.as_str())) {
                continue;
            }
            bodies.entry(at).or_default().push_str(&entry(place, row));
            put += 1;
        }
        // Rows in groups of five would otherwise meet the same places.
        next += 1;
    }
    let filled = bodies.iter().filter_map(|(at, body)| {
        let place = PLACES.get(*at)?;
        let template = format!("{}{body}{}", place.open, place.close);
        Some(template::file(place.path, &template, tokens))
    });
    filled.collect()
}

fn suits(place: &Place, row: &Row) -> bool {
    let is_bearer = place.path.ends_with("settings.json") || place.takes == Takes::Credential;
    let is_url = row.pattern.contains("://");
    match place.takes {
        Takes::Anything if row.needs_key => false,
        // An identifier behind `Bearer` could be anything; a URL is none.
        _ if is_bearer => row.class == "S" && !is_url,
        _ => true,
    }
}

fn entry(place: &Place, row: &Row) -> String {
    let sign = if row.class == "S" { '+' } else { '-' };
    let kind = match row.class.as_str() {
        "S" if row.needs_key => "provider token by name",
        "S" => "provider token",
        "P" => "public key",
        _ => "identifier",
    };
    let label = format!(" ⟪{sign} {kind} | {}⟫", row.name);
    let key = row.key.to_lowercase();
    let mut out = String::new();
    for line in place.each.lines() {
        out.push_str(
            &line
                .replace("LABEL", &label)
                .replace("TOKEN", &format!("⟦{}⟧", row.name))
                .replace("KEY", &row.key)
                .replace("key_NAME", &key)
                .replace("NAME", &row.name)
                .replace("key=", &format!("{key}="))
                .replace("key: ", &format!("{key}: ")),
        );
        out.push('\n');
    }
    out
}
