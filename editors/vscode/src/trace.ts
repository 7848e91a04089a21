/** Lets the one setting `spine.trace.server` switch the trace, where the client also wants a channel at level Trace. */
import * as vscode from 'vscode';

export function createTraceChannel(): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel('Spine Trace', { log: true });
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const level = () => (isOn() ? vscode.LogLevel.Trace : vscode.LogLevel.Off);
  const listener = vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration('spine.trace.server')) {
      changed.fire(level());
    }
  });
  return new Proxy(channel, {
    get(target, key) {
      switch (key) {
        case 'logLevel':
          return level();
        case 'onDidChangeLogLevel':
          return changed.event;
        // The channel itself stays at its level, so what is traced is written as information.
        case 'trace':
          return (message: string, ...args: unknown[]) => target.info(message, ...args);
        case 'dispose':
          return () => vscode.Disposable.from(target, changed, listener).dispose();
        default: {
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        }
      }
    },
  });
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration('spine.trace').get<string>('server', 'off') !== 'off';
}
