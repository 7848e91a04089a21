/** Tells at a glance, without the server, whether a YAML text is meant to be a pipeline group, and where it goes on. */

const DECLARED = /^(?:apiVersion:\s*["']?spine\.io\/|kind:\s*["']?PipelineGroup\b)/m;
const STEPS = /^(?:steps|pipelines):/m;
const PIPELINE = /^[ \t]*(?:-[ \t]+)?pipeline:/m;

const OPENS = /^\s*(?:-\s+)?(?:metadata|spec|steps|pipelines|policy|defaults|params):\s*$/;

export function looksLikeGroup(text: string): boolean {
  return DECLARED.test(text) || (STEPS.test(text) && PIPELINE.test(text));
}

/** Whether `typed` has just begun a line below a key of a group whose value is to be indented. */
export function opensBlock(line: string, typed: string): boolean {
  return /^\r?\n[ \t]*$/.test(typed) && OPENS.test(line);
}
