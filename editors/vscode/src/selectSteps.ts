/** Asks the server what a selector picks, with the texts of the revisions that it names. */
import { textAt } from './git.ts';
import { toUri } from './groups.ts';
import type { Selected } from './messages.ts';
import type { GroupRef, Selection } from './protocol.ts';
import type { Server } from './server.ts';

export async function selectSteps(server: Server, ref: GroupRef, selector: string): Promise<Selected> {
  const bases: Record<string, string> = {};
  const ask = () => server.ask('spine.select', { ...ref, selector, bases, complete: true });
  const wrong = (message: string, completions: string[] = []): Selected => ({
    ...{ selector, steps: [], completions },
    error: { message, start: 0, end: [...selector].length },
  });
  try {
    const first = await ask();
    for (const revision of first?.revisions ?? []) {
      // What begins so would be an option for Git.
      const then = revision.startsWith('-')
        ? { reason: `Git knows no revision ${revision}` }
        : await textAt(toUri(ref.uri), { ref: revision, label: revision });
      if ('reason' in then) {
        return wrong(then.reason, first?.completions);
      }
      bases[revision] = then.text;
    }
    const answer = first?.revisions.length ? await ask() : first;
    return answer ? selectedOf(selector, answer) : wrong('the text holds no such group now');
  } catch {
    return wrong('the server does not answer');
  }
}

function selectedOf(selector: string, { steps, error, completions }: Selection): Selected {
  return { selector, steps: steps.map(step => step.id), error, completions };
}
