/** The settings that somebody has set, without the defaults: where nobody has, a file of the project counts. */

export interface Inspected {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
  globalLanguageValue?: unknown;
  workspaceLanguageValue?: unknown;
  workspaceFolderLanguageValue?: unknown;
}

/** How the editor is asked for a setting by its full name. */
export interface Settings {
  inspect(name: string): Inspected | undefined;
  get(name: string): unknown;
}

/** The set ones of the named settings, nested as their dotted names say, from behind `section` on. */
export function settingsSet(
  section: string,
  names: Iterable<string>,
  settings: Settings,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const keys = name.split('.');
    if (keys[0] !== section || !isSet(settings.inspect(name))) {
      continue;
    }
    const last = keys.pop() as string;
    let table = found;
    for (const key of keys.slice(1)) {
      table[key] ??= {};
      table = table[key] as Record<string, unknown>;
    }
    table[last] = settings.get(name);
  }
  return found;
}

function isSet(inspected: Inspected | undefined): boolean {
  return (
    inspected !== undefined &&
    [
      inspected.globalValue,
      inspected.workspaceValue,
      inspected.workspaceFolderValue,
      inspected.globalLanguageValue,
      inspected.workspaceLanguageValue,
      inspected.workspaceFolderLanguageValue,
    ].some(value => value !== undefined)
  );
}
