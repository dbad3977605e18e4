// Starts the server where there is something to lint, and shows how it is doing. What is wrong
// with a file is the server's business alone.

import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, State } from 'vscode-languageclient/node';
import { LINTED, TELLTALES } from './files';
import { findServer } from './server';
import { StatusItem } from './status';

class Extension implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel('nhilint', { log: true });
  private readonly status = new StatusItem();
  private tried = false;
  /** Starts and stops come one after the other. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {}

  restart(): Promise<void> {
    this.tried = true;
    this.queue = this.queue.then(() => this.stop()).then(() => this.start());
    return this.queue;
  }

  /** False as long as there was nothing to lint. */
  get wasTried(): boolean {
    return this.tried;
  }

  get isRunning(): boolean {
    return this.client !== undefined;
  }

  /** Starts when nothing was tried yet. What has failed once waits for a person. */
  async wake(): Promise<void> {
    if (!this.tried && (await somethingToLint()) && !this.tried) {
      await this.restart();
    }
  }

  showOutput(): void {
    this.output.show(true);
  }

  private async start(): Promise<void> {
    const settings = vscode.workspace.getConfiguration('nhilint');
    if (!settings.get<boolean>('enable', true)) {
      this.status.show('off', 'Switched off by the setting nhilint.enable.');
      return;
    }
    const found = findServer(settings.get<string>('server.path', ''), this.context.extensionPath);
    if ('problem' in found) {
      this.output.error(found.problem);
      this.status.show('failed', found.problem);
      const choice = await vscode.window.showErrorMessage(`nhilint: ${found.problem}`, 'Open Settings');
      if (choice) {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'nhilint.server.path');
      }
      return;
    }
    this.output.info(`starting ${found.path} (${found.source})`);
    this.status.show('starting', found.path);
    const options: LanguageClientOptions = {
      documentSelector: LINTED.map((pattern) => ({ scheme: 'file', pattern })),
      outputChannel: this.output,
      traceOutputChannel: this.output,
      initializationOptions: { ...serverSettings(), trusted: vscode.workspace.isTrusted },
      synchronize: { configurationSection: 'nhilint' },
    };
    const run = { command: found.path, args: ['server'] };
    const client = new LanguageClient('nhilint', 'nhilint', { run, debug: run }, options);
    client.onDidChangeState(({ newState }) => {
      const running = newState === State.Running;
      void vscode.commands.executeCommand('setContext', 'nhilint.running', running);
      if (running) {
        const version = client.initializeResult?.serverInfo?.version ?? '';
        const trust = vscode.workspace.isTrusted ? '' : '\n\nThe workspace is not trusted: nhilint.toml cannot switch anything off.';
        this.status.show('running', `nhilint ${version}, ${found.path} (${found.source})${trust}`);
      } else if (newState === State.Stopped) {
        this.status.show('failed', 'The server has stopped.');
      }
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      const problem = `${found.path} did not start: ${error instanceof Error ? error.message : String(error)}`;
      this.output.error(problem);
      this.status.show('failed', problem);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose().catch((error: unknown) => this.output.warn(String(error)));
  }

  dispose(): void {
    this.status.dispose();
    this.output.dispose();
  }
}

/** The settings that the server itself reads. */
function serverSettings(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('nhilint');
  return {
    codeLens: settings.get('codeLens'),
    maxFiles: settings.get('maxFiles'),
    severity: settings.get('severity'),
  };
}

/** Terraform, charts and agents are told by name, plain manifests by what they say. */
async function somethingToLint(): Promise<boolean> {
  if (vscode.workspace.textDocuments.some(isInteresting)) {
    return true;
  }
  return (await vscode.workspace.findFiles(TELLTALES, '**/node_modules/**', 1)).length > 0;
}

function isInteresting(document: vscode.TextDocument): boolean {
  if (document.uri.scheme !== 'file') {
    return false;
  }
  if (/^(terraform|terraform-vars|opentofu|hcl|helm)$/.test(document.languageId)) {
    return true;
  }
  if (/\.(tf|tofu|tfvars|hcl)$/.test(document.fileName)) {
    return true;
  }
  if (!/\.ya?ml$/.test(document.fileName)) {
    return false;
  }
  const start = document.getText(new vscode.Range(0, 0, 200, 0));
  return /^apiVersion:/m.test(start) && /^kind:/m.test(start);
}

let extension: Extension | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const it = new Extension(context);
  extension = it;
  context.subscriptions.push(
    it,
    vscode.commands.registerCommand('nhilint.restart', () => it.restart()),
    vscode.commands.registerCommand('nhilint.showOutput', () => it.showOutput()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => (it.isRunning ? it.restart() : undefined)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const needsRestart = ['nhilint.enable', 'nhilint.server.path'];
      if (it.wasTried && needsRestart.some((name) => change.affectsConfiguration(name))) {
        void it.restart();
      }
    }),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isInteresting(document)) {
        void it.wake();
      }
    }),
  );
  await it.wake();
}

export async function deactivate(): Promise<void> {
  await extension?.stop();
}
