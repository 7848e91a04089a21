/**
 * Keeps the editor's list of words away where the server had nothing to offer.
 *
 * When no provider has a suggestion, VS Code offers the words of the file, and Enter takes the first: somebody who has
 * typed `sales` in full then gets no new line, because `sales` stands further up. A group's values are free text, so
 * that would be at every other line. VS Code asks its word list only after providers that answered nothing at all
 * (`provideSuggestionItems` of vs/editor/contrib/suggest); one suggestion that no word can match is an answer, and
 * filtered out at once.
 */
import * as vscode from 'vscode';
import { looksLikeGroup } from './looksLikeGroup.ts';

type Answer = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

/** No word begins with it, and nobody types it. */
const MATCHES_NOTHING = '\u0000';

export function quietWords(document: vscode.TextDocument, position: vscode.Position, answer: Answer): Answer {
  const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
  const word = document.getWordRangeAtPosition(position);
  if (items.length > 0 || !word || document.languageId !== 'yaml' || !looksLikeGroup(document.getText())) {
    return answer;
  }
  const nothing = new vscode.CompletionItem('no suggestion', vscode.CompletionItemKind.Text);
  nothing.filterText = MATCHES_NOTHING;
  nothing.insertText = document.getText(word);
  nothing.range = word;
  // Complete: while an incomplete list is asked for anew, Enter still takes from the old one.
  return new vscode.CompletionList([nothing], false);
}
