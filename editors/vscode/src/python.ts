/** Chooses the Python that runs the server: the setting, the Python extension's interpreter, then PATH. */

export const MINIMUM = [3, 10] as const;

export interface Candidate {
  path: string;
  /** Where it was named, as a person would say it. */
  from: string;
}

/** What `server/start.py --check` prints. */
export interface Check {
  version: [number, number, number];
  executable: string;
  missing: string[];
}

export type Tried = { candidate: Candidate } & ({ check: Check } | { error: string });
export type Choice = { python: Candidate; check: Check } | { refusal: string; tried: Tried[] };

/** The names under which PATH may hold a Python: the usual ones first, since people mean those. */
export function namesOnPath(platform: string): string[] {
  const usual = platform === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python'];
  return [...usual, 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
}

/** Says why a Python that answered does not serve, or nothing when it does. */
export function unfit(check: Check): string | undefined {
  const [major, minor] = check.version;
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    return `it is Python ${check.version.join('.')}, and ${MINIMUM.join('.')} or later is needed`;
  }
  if (check.missing.length > 0) {
    return `it cannot load ${check.missing.join(', ')}`;
  }
  return undefined;
}

/**
 * Tries the candidates in turn and takes the first that fits.
 *
 * A path from the settings is the user's word: when it does not fit, nothing else is tried.
 * `probe` runs one and gives what it printed; it rejects with a reason when it could not.
 */
export async function choosePython(
  setting: string,
  others: () => Promise<Candidate[]>,
  probe: (path: string) => Promise<Check>,
): Promise<Choice> {
  const tried: Tried[] = [];
  const candidates = setting ? [{ path: setting, from: 'the setting spine.server.python' }] : await others();
  for (const candidate of candidates) {
    try {
      const check = await probe(candidate.path);
      if (unfit(check) === undefined) {
        return { python: candidate, check };
      }
      tried.push({ candidate, check });
    } catch (error) {
      tried.push({ candidate, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { refusal: refusal(setting, tried), tried };
}

/** One sentence that says what was found and what is needed. */
export function refusal(setting: string, tried: readonly Tried[]): string {
  const needed = `Spine needs Python ${MINIMUM.join('.')} or later to run its language server`;
  const answered = tried.find(one => 'check' in one);
  if (answered && 'check' in answered) {
    return `${needed}: ${answered.candidate.path}, from ${answered.candidate.from}, does not serve, because ${unfit(answered.check)}.`;
  }
  if (setting) {
    return `${needed}: the setting spine.server.python names ${setting}, which could not be run.`;
  }
  return `${needed}, and none was found: not in the settings, not in the Python extension, not on PATH.`;
}
