// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of a snippet
/** A new group from nothing: the command, and the same text as a completion where a group may begin. */
import * as vscode from 'vscode';
import { looksLikeGroup } from './looksLikeGroup.ts';

const PREFIX = 'spine-group';

/** One domain, mirrored wherever it is named. */
const BODY = [
  'apiVersion: spine.io/v1',
  'kind: PipelineGroup',
  'metadata:',
  '  name: ${1:domain}.${2:daily}',
  '  domain: ${1}',
  '  version: 1',
  'spec:',
  '  pipelines:',
  '    - name: ${3:ingest}',
  '      pipeline: ${1}.${3}',
  '    - name: ${4:publish}',
  '      pipeline: ${1}.${4}',
  '      depends_on: [${3}]',
  '  policy:',
  '    execution: ${5|sequential,parallel|}',
  '    on_failure: ${6|stop,continue|}',
  '$0',
].join('\n');

export async function newGroup(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml' });
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(new vscode.SnippetString(BODY));
}

/**
 * Offers the group at the start of a line of a file that is none yet. A snippet of the manifest would be offered in
 * every value of every YAML file that begins with an s.
 */
export function groupCompletion(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    { language: 'yaml' },
    {
      provideCompletionItems(document, position) {
        const before = document.lineAt(position).text.slice(0, position.character);
        if (before === '' || !PREFIX.startsWith(before) || looksLikeGroup(document.getText())) {
          return undefined;
        }
        const item = new vscode.CompletionItem(PREFIX, vscode.CompletionItemKind.Snippet);
        item.insertText = new vscode.SnippetString(BODY);
        item.detail = 'A Spine pipeline group with two steps';
        item.range = new vscode.Range(position.line, 0, position.line, position.character);
        return [item];
      },
    },
  );
}
