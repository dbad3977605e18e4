// One word at the bottom of the window: is the server there?

import * as vscode from 'vscode';

export type Condition = 'starting' | 'running' | 'failed' | 'off';

const ICONS: Record<Condition, string> = {
  starting: '$(loading~spin)',
  running: '$(shield)',
  failed: '$(error)',
  off: '$(circle-slash)',
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('nhilint.status', vscode.StatusBarAlignment.Right, 50);

  constructor() {
    this.item.name = 'nhilint';
    this.item.command = 'nhilint.showOutput';
  }

  show(condition: Condition, details: string): void {
    this.item.text = `${ICONS[condition]} nhilint`;
    this.item.tooltip = details;
    const failed = condition === 'failed';
    this.item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
