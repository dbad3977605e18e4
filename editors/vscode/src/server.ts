// Where the server is: the setting, then PATH, then the program that comes with the extension.

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

export type Found = { path: string; source: string } | { problem: string };

export function findServer(setting: string, extensionPath: string): Found {
  if (setting.trim() !== '') {
    const chosen = expand(setting.trim());
    return isProgram(chosen)
      ? { path: chosen, source: 'from the setting nhilint.server.path' }
      : { problem: `nhilint.server.path names ${chosen}, which is not a program` };
  }
  const name = process.platform === 'win32' ? 'nhilint.exe' : 'nhilint';
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    // A relative entry would run what the workspace holds.
    if (path.isAbsolute(folder) && isProgram(path.join(folder, name))) {
      return { path: path.join(folder, name), source: 'from PATH' };
    }
  }
  const bundled = path.join(extensionPath, 'server', name);
  if (isProgram(bundled)) {
    return { path: bundled, source: 'bundled' };
  }
  return {
    problem: 'the program nhilint was not found on PATH; install it, or name it in the setting nhilint.server.path',
  };
}

function expand(text: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const home = text === '~' || text.startsWith('~/') ? os.homedir() + text.slice(1) : text;
  return home.replaceAll('${workspaceFolder}', folder);
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
