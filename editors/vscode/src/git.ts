/** Reads a file as it was in a commit, through the Git extension that is built into the editor. */
import * as vscode from 'vscode';

interface Commit {
  hash: string;
  message: string;
  authorName?: string;
  authorDate?: Date;
}

/** `type` as the extension numbers them: 0 a branch, 1 one of a remote, 2 a tag. */
interface Ref {
  type: number;
  name?: string;
  commit?: string;
}

interface Repository {
  rootUri: vscode.Uri;
  getRefs?(query: { sort?: 'alphabetically' | 'committerdate' }): Promise<Ref[]>;
  log?(options: { maxEntries: number; path: string }): Promise<Commit[]>;
  show(ref: string, path: string): Promise<string>;
  getCommit(ref: string): Promise<Commit>;
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

/** Text of the file in a revision; `isNew` when that has no such file. */
export type TextThen = { text: string; isNew: boolean } | { reason: string };

/** A revision that a graph may be compared with: what Git calls it, and how it is shown to people. */
export interface Revision {
  ref: string;
  label: string;
}

export const HEAD: Revision = { ref: 'HEAD', label: 'HEAD' };

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

export async function textAt(uri: vscode.Uri, { ref, label }: Revision): Promise<TextThen> {
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
    return { text: await repository.show(ref, uri.fsPath), isNew: false };
  } catch {
    if (ref !== HEAD.ref && !(await exists(repository, ref))) {
      return { reason: `Git knows no revision ${label}` };
    }
    // The revision exists, so the file has come since: compared with nothing, all of it was added.
    return { text: '', isNew: true };
  }
}

async function exists(repository: Repository, ref: string): Promise<boolean> {
  try {
    await repository.getCommit(ref);
    return true;
  } catch {
    return false;
  }
}

const COMMITS = 50;

interface RevisionItem extends vscode.QuickPickItem {
  revision?: Revision;
}

/** Lets a revision be chosen: commits that changed the file, branches, tags. */
export async function pickRevision(uri: vscode.Uri): Promise<Revision | undefined> {
  const repository = await repositoryOf(uri);
  if (typeof repository === 'string') {
    void vscode.window.showWarningMessage(`The graph cannot be compared: ${repository}.`);
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick<RevisionItem>(revisions(repository, uri), {
    title: 'Compare the graph with',
    placeHolder: 'A commit, a branch or a tag',
    matchOnDescription: true,
  });
  return chosen?.revision;
}

async function revisions(repository: Repository, uri: vscode.Uri): Promise<RevisionItem[]> {
  const [commits, refs] = await Promise.all([
    repository.log?.({ maxEntries: COMMITS, path: uri.fsPath }).catch(() => []) ?? [],
    repository.getRefs?.({ sort: 'committerdate' }).catch(() => []) ?? [],
  ]);
  const heading = (label: string): RevisionItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const named = (type: number, icon: string) =>
    refs.flatMap(({ type: its, name }): RevisionItem[] =>
      its === type && name ? [{ label: `$(${icon}) ${name}`, revision: { ref: name, label: name } }] : [],
    );
  return [
    { label: '$(git-commit) HEAD', description: 'the last commit', revision: HEAD },
    heading('commits that changed this file'),
    ...commits.map(
      ({ hash, message, authorDate }): RevisionItem => ({
        label: `$(git-commit) ${message.split('\n')[0]}`,
        description: `${hash.slice(0, 8)}${authorDate ? ` · ${authorDate.toISOString().slice(0, 10)}` : ''}`,
        revision: { ref: hash, label: hash.slice(0, 8) },
      }),
    ),
    heading('branches'),
    ...named(0, 'git-branch'),
    ...named(1, 'cloud'),
    heading('tags'),
    ...named(2, 'tag'),
  ];
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
