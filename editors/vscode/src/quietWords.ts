/**
 * Keeps the editor's list of words away where a pipeline group is written.
 *
 * When no provider has a suggestion, VS Code offers the words of all open YAML, and Enter takes the first: somebody who
 * has typed `sales` in full then gets no new line, because `sales` stands further up. A group's values are free text, so
 * that would be at every other line. VS Code asks its word list only after providers that answered nothing at all
 * (`provideSuggestionItems` of vs/editor/contrib/suggest); one suggestion that no word can match is an answer, and
 * filtered out at once. It does not come through the server, which starts while somebody types already, and gives no
 * answer about a text that has changed meanwhile.
 */
import * as vscode from 'vscode';
import { beginsGroup, looksLikeGroup } from './looksLikeGroup.ts';

/** No word begins with it, and nobody types it. */
const MATCHES_NOTHING = '\u0000';

export function quietWords(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    { language: 'yaml' },
    {
      provideCompletionItems(document, position) {
        const line = document.lineAt(position);
        const start = new vscode.Position(position.line, line.firstNonWhitespaceCharacterIndex);
        // Behind a blank there is no word yet, and VS Code asks there too when a provider comes: all words of all files
        // would wait for one to be typed in full. What stands before on the line matches as little.
        const word =
          document.getWordRangeAtPosition(position) ??
          (start.isBefore(position) ? new vscode.Range(start, position) : undefined);
        const text = document.getText();
        if (!word || !(looksLikeGroup(text) || beginsGroup(text))) {
          return undefined;
        }
        const nothing = new vscode.CompletionItem('no suggestion', vscode.CompletionItemKind.Text);
        nothing.filterText = MATCHES_NOTHING;
        nothing.insertText = document.getText(word);
        nothing.range = word;
        // Complete: while an incomplete list is asked for anew, Enter still takes from the old one.
        return new vscode.CompletionList([nothing], false);
      },
    },
  );
}
