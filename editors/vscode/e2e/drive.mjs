// Drives a real VS Code in a real browser and looks at what a person sees. Every step says what it
// saw; the first one that fails ends the run with a picture.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';

const { NODE, CODE, VSIX, SERVER, WORKSPACE, SHOTS, SCRATCH } = process.env;
const started = Date.now();
const said = (what) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${what}`);

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'window.restoreWindows': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.layoutControl.enabled': false,
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  // VS Code in a browser saves by itself otherwise.
  'files.autoSave': 'off',
};

/** Starts VS Code on a copy of the workspace. */
async function start(name, { trust }) {
  const folder = path.join(SCRATCH, name);
  const workspace = path.join(folder, 'workspace');
  cpSync(WORKSPACE, workspace, { recursive: true });
  mkdirSync(path.join(folder, 'data/User'), { recursive: true });
  writeFileSync(path.join(folder, 'data/User/settings.json'), JSON.stringify(SETTINGS));
  // Where programs are is a setting of the machine on which they run.
  mkdirSync(path.join(folder, 'data/Machine'), { recursive: true });
  const machine = JSON.stringify({ 'nhilint.server.path': SERVER });
  writeFileSync(path.join(folder, 'data/Machine/settings.json'), machine);
  const env = { ...process.env, HOME: folder };
  const options = ['--user-data-dir', path.join(folder, 'data'), '--extensions-dir', path.join(folder, 'extensions')];
  execFileSync(NODE, [CODE, ...options, '--install-extension', VSIX], { env, stdio: 'pipe' });
  const port = await freePort();
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check'];
  const server = spawn(NODE, [CODE, ...options, ...flags, ...(trust ? ['--disable-workspace-trust'] : []), workspace], { env });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (data) => (log += data));
  }
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`${url}/healthz`).then((it) => it.ok, () => false);
    if (up) break;
    assert(tries < 240 && server.exitCode === null, `VS Code did not start:\n${log}`);
    await new Promise((done) => setTimeout(done, 250));
  }
  return { url: `${url}/?folder=${workspace}`, workspace, stop: () => server.kill() };
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** A window of the browser with VS Code in it, and what a person does there. */
class Window {
  constructor(page) {
    this.page = page;
    this.editor = page.locator('.editor-instance .monaco-editor').first();
  }

  async visit(url) {
    await this.page.goto(url);
    await this.page.waitForSelector('.monaco-workbench', { timeout: 90_000 });
  }

  /** Opens a file by its name, over the list of files. */
  async open(file) {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input').fill(file);
    const row = this.page.locator('.quick-input-list .monaco-list-row').first();
    await row.filter({ hasText: path.basename(file) }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: path.basename(file) }).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  async command(name) {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').fill(`>${name}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  async goTo(line, column) {
    await this.page.keyboard.press('Control+G');
    await this.page.locator('.quick-input-widget input').fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** The text below each squiggle, read off the screen: what lies under its rectangle. */
  async underlined() {
    return this.page.evaluate(() => {
      const found = [];
      for (const squiggle of document.querySelectorAll('.squiggly-error, .squiggly-warning, .squiggly-info')) {
        const box = squiggle.getBoundingClientRect();
        let text = '';
        for (const line of document.querySelectorAll('.view-line')) {
          const row = line.getBoundingClientRect();
          if (Math.abs(row.top - box.top) > row.height / 2) continue;
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (let at = 0; at < node.length; at += 1) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + 1);
              const one = range.getBoundingClientRect();
              const middle = (one.left + one.right) / 2;
              if (middle > box.left && middle < box.right) text += node.data[at];
            }
          }
        }
        found.push(text.replaceAll('\u00a0', ' '));
      }
      return found;
    });
  }

  /** Opens the actions at the cursor until one with this text is offered: a menu that was asked
   * for before the server had seen the cursor's place shows fewer. */
  async action(text) {
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: text }).first();
    await this.until(`the action \`${text}\``, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
      return row.waitFor({ timeout: 5_000 }).then(() => true, () => false);
    });
    return row;
  }

  async until(what, look, limit = 60_000) {
    const end = Date.now() + limit;
    let last;
    while (Date.now() < end) {
      last = await look();
      if (last) return last;
      await this.page.waitForTimeout(150);
    }
    throw new Error(`${what}: not seen within ${limit / 1000} s`);
  }

  problems(rule) {
    return this.page.locator('.markers-panel .monaco-list-row', { hasText: rule });
  }

  async shot(name) {
    // Notifications and cursors make pictures differ for no reason.
    await this.page.mouse.move(5, 795);
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }
}

async function trusted(window, editor) {
  await window.visit(editor.url);
  said('VS Code is up');
  await window.open('infra/main.tf');
  await window.until('squiggles', async () => (await window.underlined()).includes('"*"'));
  const underlined = await window.underlined();
  said(`underlined: ${underlined.join('  ')}`);
  assert(underlined.includes('"aws_iam_access_key"'), 'the key is underlined at its type');

  const lens = window.page.locator('.codelens-decoration', { hasText: 'owner platform' }).first();
  await lens.waitFor();
  const words = (await lens.innerText()).replaceAll('\u00a0', ' ').trim();
  assert.match(words, /^owner platform · 1 grant, \* on \* · used by 1$/);
  said(`code lens: ${words}`);

  await window.page.keyboard.press('Control+Shift+M');
  const problem = window.problems('wildcard-action').first();
  await problem.waitFor();
  const label = await problem.getAttribute('aria-label');
  const line = readFileSync(path.join(WORKSPACE, 'infra/main.tf'), 'utf8').split('\n')[9];
  // VS Code counts columns in code units, from 1, as `indexOf` does from 0.
  assert(label.includes(`at line 10 and character ${line.indexOf('"*"') + 1}.`), label);
  assert.match(label, /allows every action on every resource.*generated by nhilint/s);
  await problem.locator('a', { hasText: 'wildcard-action' }).first().waitFor();
  said(`Problems, with a link to the rule: ${label.split('\n')[0]}`);
  await window.page.locator('.statusbar-item', { hasText: 'nhilint' }).first().waitFor();
  await window.shot('1-editor');
  // The list draws only what is in view, and shows the file that is walked to.
  await window.page.keyboard.press('End');
  await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'never expires' }).last().waitFor();
  await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'other.tf' }).first().waitFor();
  await window.open('infra/main.tf');
  said('the closed file of the module shows its problem, too');

  // The pointer on the role shows its card.
  await window.page.keyboard.press('Control+1');
  await window.goTo(2, 28);
  await window.page.keyboard.press('Control+K');
  await window.page.keyboard.press('Control+I');
  const hover = window.page.locator('.monaco-hover', { hasText: 'IAM role' }).first();
  await hover.waitFor();
  assert.match(await hover.innerText(), /owner: platform \(from: tag\)/);
  said(`hover: ${(await hover.innerText()).replaceAll(/\s+/g, ' ').slice(0, 100)}`);
  await window.page.screenshot({ path: path.join(SHOTS, '2-hover.png') });
  await window.page.keyboard.press('Escape');

  // The repair of a key that is never rotated makes its squiggle go away.
  await window.goTo(22, 26);
  await window.until('the key that is never rotated', async () =>
    (await window.underlined()).some((it) => it.includes('tokens')));
  const fix = await window.action('enable_key_rotation');
  said(`quick fix: ${(await fix.innerText()).trim()}`);
  await window.page.screenshot({ path: path.join(SHOTS, '3-quick-fix.png') });
  await window.page.keyboard.press('Enter');
  await window.editor.locator('.view-line', { hasText: 'enable_key_rotation' }).first().waitFor();
  await window.until('its squiggle is gone', async () => !(await window.underlined()).some((it) => it.includes('tokens')));
  said('its squiggle is gone');
  await window.shot('4-fixed');

  // Accepting a finding writes a comment with a reason and an end.
  await window.goTo(18, 12);
  const ignore = await window.action('Ignore `static-access-key` here');
  while (!(await ignore.evaluate((it) => it.classList.contains('focused')))) {
    await window.page.keyboard.press('ArrowDown');
  }
  await window.page.keyboard.press('Enter');
  await window.editor.locator('.view-line', { hasText: 'nhilint: ignore[static-access-key] until=' }).first().waitFor();
  await window.until('accepted', async () => !(await window.underlined()).includes('"aws_iam_access_key"'));
  said('an accepted finding is gone');

  // Strict JSON has no comments: the exception goes to the configuration.
  await window.open('.mcp.json');
  await window.until('the tool server', async () => (await window.underlined()).length > 0);
  await window.page.keyboard.press('F8');
  await window.page.keyboard.press('Escape');
  await window.action('in configuration');
  said('strict JSON: ignore in configuration is offered');
  await window.page.keyboard.press('Escape');

  await window.command('nhilint: Restart Server');
  await window.until('findings after a restart', async () => (await window.underlined()).length > 0);
  said('findings are back after a restart');
}

/** In a workspace that is not trusted, its configuration switches nothing off. */
async function restricted(window, editor) {
  const config = 'ignore = ["wildcard-action", "static-access-key"]\n';
  writeFileSync(path.join(editor.workspace, 'nhilint.toml'), config);
  await window.visit(editor.url);
  await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor();
  said('not trusted');
  await window.open('infra/main.tf');
  await window.until('squiggles', async () => (await window.underlined()).includes('"*"'));
  said('restricted mode: nhilint.toml switches nothing off');
  await window.shot('5-restricted');
}

mkdirSync(SHOTS, { recursive: true });
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
try {
  const parts = [['trusted', trusted, true], ['restricted', restricted, false]];
  // PART=restricted runs one of them.
  for (const [name, run, trust] of parts.filter(([it]) => (process.env.PART ?? it) === it)) {
    const editor = await start(name, { trust });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(60_000);
    const window = new Window(await context.newPage());
    try {
      await run(window, editor);
    } catch (error) {
      await window.page.screenshot({ path: path.join(SHOTS, `failed-${name}.png`) });
      throw error;
    } finally {
      await context.close();
      editor.stop();
    }
  }
  said('VS Code shows what it should');
} finally {
  await browser.close();
}
