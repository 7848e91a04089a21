/**
 * Commands of lenses and of entries of trees that do what they say for as long as somebody can click them.
 *
 * VS Code keeps the arguments of such a command with the list that it came in, and forgets them as soon as the next
 * list is there (`CommandsConverter` of vs/workbench/api/common/extHostCommands.ts). A click that is on its way just
 * then ends in "Actual command not found". A command without arguments is called by its name alone, so each thing
 * that a click can do gets a name here, the same one in every list.
 */
import * as vscode from 'vscode';

/** So many names are known at a time: those that nothing on the screen has had for long are forgotten. */
const KEPT = 1000;

export interface LastingCommands extends vscode.Disposable {
  /** A command that does the same, and has no arguments. */
  lasting(command: vscode.Command): vscode.Command;
}

export function createLastingCommands(): LastingCommands {
  const known = new Map<string, { id: string; registration: vscode.Disposable }>();
  let count = 0;

  function register({ command, arguments: args = [] }: vscode.Command) {
    count += 1;
    const id = `${command}/${count}`;
    const run = () => vscode.commands.executeCommand(command, ...args);
    return { id, registration: vscode.commands.registerCommand(id, run) };
  }

  return {
    lasting(command) {
      const { arguments: args, ...bare } = command;
      if (!command.command || !args?.length) {
        return command;
      }
      const key = JSON.stringify([command.command, args]);
      const entry = known.get(key) ?? register(command);
      known.delete(key);
      known.set(key, entry); // behind all others: the first of the map is the one that was wanted longest ago
      for (const [oldest, { registration }] of known) {
        if (known.size <= KEPT) {
          break;
        }
        registration.dispose();
        known.delete(oldest);
      }
      return { ...bare, command: entry.id };
    },
    dispose() {
      vscode.Disposable.from(...[...known.values()].map(one => one.registration)).dispose();
      known.clear();
    },
  };
}
