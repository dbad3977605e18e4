#!/usr/bin/env node
// Runs the program that npm installed beside this package for this machine. Nothing is
// downloaded. NHILINT_BINARY names another program to run instead.
"use strict";

const { spawnSync } = require("node:child_process");

function platformPackage() {
  const name = `@nhilint/cli-${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return name;
  const header = process.report.getReport().header;
  return header.glibcVersionRuntime ? name : `${name}-musl`;
}

function program() {
  if (process.env.NHILINT_BINARY) return process.env.NHILINT_BINARY;
  const name = platformPackage();
  const file = process.platform === "win32" ? "nhilint.exe" : "nhilint";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(`nhilint: the package ${name}, which holds the program, is not installed.
If npm ran with --omit=optional or --no-optional, install again without it. If there is no such
package for this machine, build nhilint with cargo and set NHILINT_BINARY to the program.`);
    process.exit(2);
  }
}

const file = program();
const result = spawnSync(file, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`nhilint: cannot start ${file}: ${result.error.message}`);
  process.exit(2);
}
// A program that a signal ended has no exit code; a shell reports it the same way.
if (result.signal) process.kill(process.pid, result.signal);
process.exit(result.status ?? 2);
