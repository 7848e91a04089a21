// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of a snippet
/** A new group from nothing: the command, and the same text as a completion where a group may begin. */
import { basename, extname } from 'node:path/posix';
import * as vscode from 'vscode';
import { looksLikeGroup } from './looksLikeGroup.ts';

const PREFIX = 'spine-group';

/** One domain, mirrored wherever it is named; the group is called as its file, if that is a plain word. */
const bodyFor = (file: string) =>
  [
    'apiVersion: spine.io/v1',
    'kind: PipelineGroup',
    'metadata:',
    `  name: \${1:domain}.\${2:${wordOf(file) ?? 'daily'}}`,
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

function wordOf(file: string): string | undefined {
  return basename(file, extname(file)).match(/^[a-z]\w*$/)?.[0];
}

const FILE_NAME = 'group.yaml';

/** A new group in a file that is written where it was named when it is saved; without a name it is asked for then. */
export async function newGroup(argument?: { file?: string }): Promise<void> {
  const folder = folderInUse();
  const file = argument?.file ?? (folder && (await askForFile(folder)));
  const document =
    folder && file
      ? await vscode.workspace.openTextDocument(
          vscode.Uri.joinPath(folder, withEnding(file)).with({ scheme: 'untitled' }),
        )
      : await vscode.workspace.openTextDocument({ language: 'yaml' });
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(new vscode.SnippetString(bodyFor(file === FILE_NAME ? '' : (file ?? ''))));
}

const withEnding = (file: string) => (/\.ya?ml$/.test(file) ? file : `${file}.yaml`);

/** The folder of the file that is looked at, or else the first of the workspace; none where no file can be written. */
function folderInUse(): vscode.Uri | undefined {
  const here = vscode.window.activeTextEditor?.document.uri;
  if (here?.scheme === 'file' && vscode.workspace.getWorkspaceFolder(here)) {
    return vscode.Uri.joinPath(here, '..');
  }
  const first = vscode.workspace.workspaceFolders?.[0]?.uri;
  return first?.scheme === 'file' ? first : undefined;
}

function askForFile(folder: vscode.Uri): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'New Pipeline Group',
    prompt: `The file, in ${vscode.workspace.asRelativePath(folder)}; Escape leaves it without a name`,
    value: FILE_NAME,
    valueSelection: [0, FILE_NAME.indexOf('.')],
    async validateInput(file) {
      if (file.trim() === '') {
        return 'A file needs a name';
      }
      const exists = await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, withEnding(file))).then(
        () => true,
        () => false,
      );
      return exists ? `${withEnding(file)} exists already` : undefined;
    },
  });
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
        item.insertText = new vscode.SnippetString(bodyFor(document.uri.path));
        item.detail = 'A Spine pipeline group with two steps';
        item.range = new vscode.Range(position.line, 0, position.line, position.character);
        return [item];
      },
    },
  );
}
