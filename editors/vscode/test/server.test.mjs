// When the extension starts, and where it finds the server: the setting, PATH, and the program
// inside the package. The package is made by vsce and unpacked as VS Code does it, modes of files
// included.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import yauzl from 'yauzl';

const source = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'nhilint-vscode-'));
const name = process.platform === 'win32' ? 'nhilint.exe' : 'nhilint';
const pathBefore = process.env.PATH;
let findServer;
let TELLTALES;

/** Makes a program that says who it is. */
function program(folder, word) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\necho ${word}\n`, { mode: 0o755 });
  return file;
}

/** Packs the extension with a program inside and unpacks it; the folder of the extension. */
async function packed() {
  const work = path.join(scratch, 'work');
  fs.mkdirSync(work);
  for (const it of ['package.json', 'README.md', '.vscodeignore', 'images']) {
    fs.cpSync(path.join(source, it), path.join(work, it), { recursive: true });
  }
  fs.mkdirSync(path.join(work, 'dist'));
  fs.writeFileSync(path.join(work, 'dist/extension.js'), '');
  program(path.join(work, 'server'), 'bundled');
  const vsix = path.join(scratch, 'nhilint.vsix');
  const vsce = path.join(source, 'node_modules/@vscode/vsce/vsce');
  execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--skip-license', '-o', vsix], {
    cwd: work,
    stdio: 'ignore',
  });
  await unpack(vsix, path.join(scratch, 'unpacked'));
  return path.join(scratch, 'unpacked/extension');
}

function unpack(file, target) {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (problem, zip) => {
      if (problem) {
        reject(problem);
        return;
      }
      zip.on('end', resolve);
      zip.on('error', reject);
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (problem, stream) => {
          if (problem) {
            reject(problem);
            return;
          }
          const to = path.join(target, entry.fileName);
          fs.mkdirSync(path.dirname(to), { recursive: true });
          const mode = (entry.externalFileAttributes >>> 16) & 0o777;
          stream.pipe(fs.createWriteStream(to, { mode: mode || 0o644 })).on('close', () => zip.readEntry());
        });
      });
      zip.readEntry();
    });
  });
}

before(async () => {
  const stub = path.join(scratch, 'vscode.mjs');
  fs.writeFileSync(stub, `export const workspace = { workspaceFolders: [{ uri: { fsPath: ${JSON.stringify(scratch)} } }] };`);
  await build({
    entryPoints: ['server', 'files'].map((it) => path.join(source, `src/${it}.ts`)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { vscode: stub },
    outdir: scratch,
    outExtension: { '.js': '.mjs' },
  });
  const load = (it) => import(pathToFileURL(path.join(scratch, `${it}.mjs`)).href);
  ({ findServer } = await load('server'));
  ({ TELLTALES } = await load('files'));
});

after(() => {
  process.env.PATH = pathBefore;
  fs.rmSync(scratch, { recursive: true, force: true });
});

test('the program inside the package is found and runs, after the setting and PATH', async () => {
  const extension = await packed();
  process.env.PATH = path.join(scratch, 'nowhere');
  const bundled = findServer('', extension);
  assert.deepEqual(bundled, { path: path.join(extension, 'server', name), source: 'bundled' });
  assert.equal(execFileSync(bundled.path, { encoding: 'utf8' }), 'bundled\n');

  const installed = program(path.join(scratch, 'bin'), 'installed');
  process.env.PATH = path.join(scratch, 'bin');
  assert.deepEqual(findServer('', extension), { path: installed, source: 'from PATH' });

  const chosen = program(path.join(scratch, 'own'), 'chosen');
  const set = findServer('${workspaceFolder}/own/' + name, extension);
  assert.deepEqual(set, { path: chosen, source: 'from the setting nhilint.server.path' });
});

test('what is no program is not run', () => {
  const extension = path.join(scratch, 'broken');
  fs.mkdirSync(path.join(extension, 'server'), { recursive: true });
  fs.writeFileSync(path.join(extension, 'server', name), 'text', { mode: 0o644 });
  process.env.PATH = ['.', 'bin', path.join(scratch, 'nowhere')].join(path.delimiter);
  assert.match(findServer('', extension).problem, /was not found on PATH/);
  // A setting that is wrong is told, not passed over.
  program(path.join(extension, 'server'), 'bundled');
  assert.match(findServer('/nowhere/nhilint', extension).problem, /names \/nowhere\/nhilint/);
});

test('the extension wakes up for the same files that make it start', () => {
  const { activationEvents } = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
  const [, names] = /^\*\*\/\{(.*)\}$/.exec(TELLTALES);
  const expected = names.split(',').map((it) => `workspaceContains:**/${it}`);
  const found = activationEvents.filter((it) => it.startsWith('workspaceContains:'));
  assert.deepEqual([...found].sort(), [...expected].sort());
});
