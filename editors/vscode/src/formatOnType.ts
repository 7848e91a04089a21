/**
 * Offers, once, to let the server indent new lines.
 *
 * `editor.formatOnType` is off unless somebody turns it on, and can be set for a language but not for some files of
 * it. So it is asked for where it would have helped: behind a key that opens a map or a list, in a file of ours.
 */
import * as vscode from 'vscode';
import { looksLikeGroup, opensBlock } from './looksLikeGroup.ts';

const ASKED = 'spine.formatOnTypeOffered';
const YES = 'Turn On for YAML';

export function offerFormatOnType(memory: vscode.Memento): vscode.Disposable {
  const listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const [change] = contentChanges;
    if (document.languageId !== 'yaml' || !change || contentChanges.length > 1) {
      return;
    }
    const line = document.lineAt(change.range.start.line).text;
    if (!opensBlock(line, change.text) || !looksLikeGroup(document.getText())) {
      return;
    }
    const settings = vscode.workspace.getConfiguration('editor', document);
    if (memory.get(ASKED) === true || settings.get('formatOnType') === true) {
      listener.dispose();
      return;
    }
    listener.dispose();
    void offer(memory, settings);
  });
  return listener;
}

async function offer(memory: vscode.Memento, settings: vscode.WorkspaceConfiguration): Promise<void> {
  await memory.update(ASKED, true);
  const answer = await vscode.window.showInformationMessage(
    'Spine can indent new lines of a pipeline group as you type. This turns on "editor.formatOnType" for YAML.',
    YES,
    'Not Now',
  );
  if (answer === YES) {
    await settings.update('formatOnType', true, vscode.ConfigurationTarget.Global, true);
  }
}
