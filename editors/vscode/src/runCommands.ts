/** The commands that run groups, and look at runs. */
import { stepToDebug } from './debugStep.ts';
import { meantGroup } from './groups.ts';
import type { GroupRef, RunStep, RunSummary } from './protocol.ts';
import type { AskedRun, Runs } from './runs.ts';
import { groupOfRun } from './runsTree.ts';
import type { Server } from './server.ts';

interface Entry {
  run: RunSummary;
  step?: RunStep;
}

export function runCommands(
  server: Server,
  runs: Runs,
  focused: () => GroupRef | undefined,
): Record<string, (...args: never[]) => unknown> {
  return {
    'spine.client.run': async (argument: unknown) => {
      const ref = await meantGroup(server, argument, focused());
      return ref && runs.start({ ...partOf(argument), ...ref });
    },
    'spine.client.debugStep': async (argument: unknown) => {
      const { run, step } = (argument ?? {}) as { run?: RunSummary; step?: RunStep | string };
      const ref = run ? groupOfRun(run) : await meantGroup(server, argument, focused());
      const named = typeof step === 'string' ? step : step?.name;
      const only = ref && (await stepToDebug(server, ref, named));
      return ref && only && runs.start({ ...partOf(run ? {} : argument), ...ref, only: [only], debug: true });
    },
    'spine.client.cancelRun': (entry?: Entry) => runs.cancel(entry?.run.id),
    'spine.client.resumeRun': ({ run }: Entry) => runs.start({ ...groupOfRun(run), resume: run.id }),
    'spine.client.runStepAgain': ({ run, step }: Entry) =>
      runs.start({ ...groupOfRun(run), resume: run.id, ...(step ? { only: [step.name] } : {}) }),
    'spine.client.showRunOutput': ({ run, step }: { run: { id: string }; step?: { name: string } }) =>
      runs.showOutput(run.id, step?.name),
    'spine.client.refreshRuns': () => runs.tree.refresh(),
  };
}

/** What a lens, or a test, says of the run beside its group: an entry of a tree says much more, which is not meant. */
function partOf(argument: unknown): Partial<AskedRun> {
  const { resume, only, changed, params } = (argument ?? {}) as Partial<AskedRun>;
  return {
    ...(resume === undefined ? {} : { resume }),
    ...(only === undefined ? {} : { only }),
    ...(changed === undefined ? {} : { changed }),
    ...(params === undefined ? {} : { params }),
  };
}
