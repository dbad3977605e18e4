// Which files the server is told about, and which of them are reason enough to start it. The globs
// of the first list are those of the server (crates/lsp/src/files.rs); a test there compares them.

/** Files that nhilint may have something to say about. The server decides by their content. */
export const LINTED = [
  '**/*.{tf,tofu,tfvars,hcl,nomad,tfbackend,tfstate,backup,yaml,yml,json,jsonc,json5,toml,md,mdc,conf,tpl,tftpl,tmpl,template,properties,env,kubeconfig,pem,key,crt,cer,p8,ppk}',
  '**/{.env,.env.*,.envrc,.npmrc,npmrc,.netrc,_netrc,netrc,.git-credentials,.pgpass,.pypirc,pip.ini,.my.cnf,.s3cfg,.boto,.dockerconfigjson,.dockercfg,kubeconfig,.vault-token,id_rsa,id_dsa,id_ecdsa,id_ed25519,identity}',
  '**/{.aws/credentials,.aws/config,.cargo/credentials,.kube/config}',
];

/** One of these in a workspace is reason enough to start; package.json lists the same. */
export const TELLTALES =
  '**/{*.tf,*.tofu,*.nomad,terragrunt.hcl,Chart.yaml,kustomization.yaml,kustomization.yml,.mcp.json,mcp.json,' +
  'nhilint.toml,.nhilint.toml,.claude/settings.json,.codex/config.toml,.gemini/settings.json,opencode.json,' +
  '.github/workflows/*.yml,.github/workflows/*.yaml,.gitlab-ci.yml,docker-compose.yml,docker-compose.yaml,' +
  'compose.yml,compose.yaml,.env,.npmrc}';
