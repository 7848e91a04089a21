/** Looks for Pythons on this machine; what fits is decided in python.ts. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { type Candidate, type Check, type Choice, choosePython, namesOnPath } from './python.ts';

/** The part of the Python extension's API that is used here. */
interface PythonExtension {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: {
      path: string;
    }): Promise<{ executable: { uri: vscode.Uri | undefined } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const PYTHON_EXTENSION = 'ms-python.python';
const PATIENCE_MS = 10_000;

export function startScript(context: vscode.ExtensionContext): string {
  return context.asAbsolutePath(path.join('server', 'start.py'));
}

export async function findPython(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<Choice> {
  const settings = vscode.workspace.getConfiguration('spine.server');
  const environment = settings.get<string>('source') === 'environment';
  const choice = await choosePython(
    settings.get<string>('python', '').trim(),
    async () => [...(await fromPythonExtension(log)), ...(await fromPath())],
    file => probe(file, startScript(context), environment),
  );
  if ('refusal' in choice) {
    for (const tried of choice.tried) {
      const why = 'error' in tried ? tried.error : JSON.stringify(tried.check);
      log.warn(`tried ${tried.candidate.path} (${tried.candidate.from}): ${why}`);
    }
  }
  return choice;
}

/** Runs `start.py --check`; isolated, so that nothing of the workspace or the user's site is imported. */
function probe(file: string, script: string, environment: boolean): Promise<Check> {
  const args = environment ? [script, '--environment', '--check'] : ['-I', script, '--check'];
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: PATIENCE_MS, windowsHide: true }, (error, stdout, stderr) => {
      if (error) {
        reject(new Error(`${error.message.split('\n')[0]} ${stderr.trim().split('\n').at(-1) ?? ''}`.trim()));
        return;
      }
      try {
        resolve(JSON.parse(stdout) as Check);
      } catch {
        reject(
          new Error(`it printed ${JSON.stringify(stdout.slice(0, 100))}, which is not the expected JSON`),
        );
      }
    });
  });
}

async function fromPythonExtension(log: vscode.LogOutputChannel): Promise<Candidate[]> {
  // The interpreter chosen for a workspace may lie in it, and running that would run the workspace's code.
  if (!vscode.workspace.isTrusted) {
    return [];
  }
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (!extension) {
    return [];
  }
  try {
    const api = await withinPatience(
      Promise.resolve(extension.activate()),
      'the Python extension did not start',
    );
    const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
    const active = api.environments.getActiveEnvironmentPath(resource);
    const resolved = await withinPatience(api.environments.resolveEnvironment(active), 'no answer');
    const file = resolved?.executable.uri?.fsPath ?? active.path;
    return [{ path: file, from: 'the Python extension' }];
  } catch (error) {
    log.warn(`the Python extension could not be asked: ${error}`);
    return [];
  }
}

function withinPatience<T>(promise: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(late)), PATIENCE_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

async function fromPath(): Promise<Candidate[]> {
  const windows = process.platform === 'win32';
  const found: Candidate[] = [];
  for (const name of namesOnPath(process.platform)) {
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      // A relative folder would mean something of the workspace.
      if (!path.isAbsolute(folder) || inWorkspaceUntrusted(folder)) {
        continue;
      }
      const file = path.join(folder, windows ? `${name}.exe` : name);
      if (await isExecutable(file)) {
        found.push({ path: file, from: 'PATH' });
        break;
      }
    }
  }
  return found;
}

function inWorkspaceUntrusted(folder: string): boolean {
  return (
    !vscode.workspace.isTrusted &&
    (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => {
      const relative = path.relative(uri.fsPath, folder);
      return !relative.startsWith('..') && !path.isAbsolute(relative);
    })
  );
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Calls back when the Python extension's interpreter changes, if that extension is there and running. */
export function onInterpreterChange(callback: () => void): vscode.Disposable {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  return extension?.isActive
    ? extension.exports.environments.onDidChangeActiveEnvironmentPath(callback)
    : new vscode.Disposable(() => {});
}
