/** Reads a file as it is in the last commit, through the Git extension that is built into the editor. */
import * as vscode from 'vscode';

interface Repository {
  rootUri: vscode.Uri;
  show(ref: string, path: string): Promise<string>;
  status(): Promise<void>;
  state: { HEAD?: { commit?: string } | undefined; onDidChange: vscode.Event<void> };
}

interface GitExtension {
  enabled: boolean;
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): Repository | null;
    openRepository?(root: vscode.Uri): Promise<Repository | null>;
  };
}

/** Text of the file in HEAD; `isNew` when HEAD has no such file. */
export type HeadText = { text: string; isNew: boolean } | { reason: string };

async function repositoryOf(uri: vscode.Uri): Promise<Repository | string> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) {
    return 'the built-in Git extension is disabled';
  }
  const git = await extension.activate();
  if (!git.enabled) {
    return 'Git is switched off in the settings (git.enabled)';
  }
  const api = git.getAPI(1);
  const found = api.getRepository(uri) ?? (await api.openRepository?.(vscode.Uri.joinPath(uri, '..')));
  return found ?? `${vscode.workspace.asRelativePath(uri)} is in no Git repository`;
}

export async function headText(uri: vscode.Uri): Promise<HeadText> {
  const repository = await repositoryOf(uri);
  if (typeof repository === 'string') {
    return { reason: repository };
  }
  if (!repository.state.HEAD?.commit) {
    // A repository that was opened just now has not been read yet.
    await repository.status();
  }
  if (!repository.state.HEAD?.commit) {
    return { reason: 'the Git repository has no commit yet' };
  }
  try {
    return { text: await repository.show('HEAD', uri.fsPath), isNew: false };
  } catch {
    // HEAD exists, so the file is new in the working tree: compared with nothing, all of it was added.
    return { text: '', isNew: true };
  }
}

/** Calls back when the repository of the file changes: a commit, a checkout. */
export async function onHeadChange(uri: vscode.Uri, callback: () => void): Promise<vscode.Disposable> {
  const repository = await repositoryOf(uri);
  if (typeof repository === 'string') {
    return new vscode.Disposable(() => {});
  }
  let head = repository.state.HEAD?.commit;
  return repository.state.onDidChange(() => {
    if (repository.state.HEAD?.commit !== head) {
      head = repository.state.HEAD?.commit;
      callback();
    }
  });
}
