/** Reads the run parameters that a person typed: JSON where it is JSON, plain text otherwise. */

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
