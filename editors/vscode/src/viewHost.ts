/** Where a view of a group lives: a tab among the editors, or a place in the panel below them. */
import * as vscode from 'vscode';

export interface ViewHost {
  readonly webview: vscode.Webview;
  /** Whether it has the focus; of a docked view that is not known. */
  readonly active: boolean;
  readonly isDocked: boolean;
  setTitle(title: string): void;
  /** Brings it to the front, with the focus or without. */
  reveal(preserveFocus: boolean): void;
  dispose(): void;
  readonly onDidDispose: vscode.Event<void>;
  /** It was shown, hidden, or got or lost the focus. */
  readonly onDidChange: vscode.Event<unknown>;
}

export function tabHost(context: vscode.ExtensionContext, panel: vscode.WebviewPanel): ViewHost {
  panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'images', 'icon.png');
  return {
    webview: panel.webview,
    get active() {
      return panel.active;
    },
    isDocked: false,
    setTitle(title) {
      panel.title = title;
    },
    reveal: preserveFocus => panel.reveal(undefined, preserveFocus),
    dispose: () => panel.dispose(),
    onDidDispose: panel.onDidDispose,
    onDidChange: panel.onDidChangeViewState,
  };
}

export function dockHost(view: vscode.WebviewView): ViewHost {
  return {
    webview: view.webview,
    active: false,
    isDocked: true,
    setTitle(title) {
      view.description = title;
    },
    reveal: preserveFocus => view.show(preserveFocus),
    dispose() {}, // the editor ends it
    onDidDispose: view.onDidDispose,
    onDidChange: view.onDidChangeVisibility,
  };
}
