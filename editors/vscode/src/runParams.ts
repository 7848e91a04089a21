/** Reads what a person typed for a run: parameters, JSON where it is JSON and plain text otherwise, and durations. */

export function readParams(
  entries: readonly (readonly [key: string, text: string])[],
): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [key, text] of entries) {
    // A row that was offered and not filled in is no empty text: it is not given.
    if (key.trim() !== '' && text !== '') {
      params[key.trim()] = readValue(text);
    }
  }
  return params;
}

/** `3`, `true`, `null`, `[1, 2]`, `"3"` mean what they mean in JSON; anything else is a text as it stands. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const DURATION = /^(.+)=\s*(\d+(?:\.\d+)?\s*(?:s|m|min|h|d)?)$/;

/** `ingest=12, tidy=90s, *=5min` by step, as the server reads durations; a sentence where it is something else. */
export function readDurations(text: string): Record<string, string> | string {
  const found: Record<string, string> = {};
  for (const part of text.split(/[,;\n]/).map(one => one.trim())) {
    const [, name, duration] = part.match(DURATION) ?? [];
    if (name !== undefined && duration !== undefined) {
      found[name.trim()] = duration;
    } else if (part !== '') {
      return `"${part}" is no step with its duration: write a number, or one with s, min, h or d behind it.`;
    }
  }
  return found;
}
