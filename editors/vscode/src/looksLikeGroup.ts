/** Tells at a glance, without the server, whether a YAML text is meant to be a pipeline group. */

const DECLARED = /^(?:apiVersion:\s*["']?spine\.io\/|kind:\s*["']?PipelineGroup\b)/m;
const STEPS = /^(?:steps|pipelines):/m;
const PIPELINE = /^[ \t]*(?:-[ \t]+)?pipeline:/m;

export function looksLikeGroup(text: string): boolean {
  return DECLARED.test(text) || (STEPS.test(text) && PIPELINE.test(text));
}
