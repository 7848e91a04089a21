/** Tells at a glance, without the server, whether a text is meant to be a pipeline group, or code that concerns one. */

const DECLARED = /^(?:apiVersion:\s*["']?spine\.io\/|kind:\s*["']?PipelineGroup\b)/m;
const STEPS = /^(?:steps|pipelines):/m;
const PIPELINE = /^[ \t]*(?:-[ \t]+)?pipeline:/m;

const OPENS = /^\s*(?:-\s+)?(?:metadata|spec|steps|pipelines|policy|defaults|params):\s*$/;

export function looksLikeGroup(text: string): boolean {
  return DECLARED.test(text) || (STEPS.test(text) && PIPELINE.test(text));
}

/** A first line that has only begun to declare what the file holds, behind comments and a document's start. */
const BEGUN = /^(?:(?:#.*|---[ \t]*|[ \t]*)\r?\n)*(\w+)(?::[ \t]*(?:["']?([\w./]*)["']?)?)?\s*$/;
const DECLARING: Record<string, string[]> = {
  apiVersion: ['spine.io/v1'],
  kind: ['PipelineGroup', 'Workflow'],
};

/** Whether a text holds nothing but the beginning of a line that declares a group: too little to tell what it will be. */
export function beginsGroup(text: string): boolean {
  const [, key, value = ''] = BEGUN.exec(text) ?? [];
  return (
    key !== undefined &&
    Object.entries(DECLARING).some(
      ([name, values]) =>
        (value === '' ? name.startsWith(key) : name === key) && values.some(one => one.startsWith(value)),
    )
  );
}

const SPINE_PYTHON = /\bspine\b|\bregister_(?:pipeline|operation)\b|\bPipelineGroup\b/;

/** Whether a Python text may have to do with pipelines, so that the server is of use for it. */
export function concernsPipelines(text: string): boolean {
  return SPINE_PYTHON.test(text);
}

/** Whether `typed` has just begun a line below a key of a group whose value is to be indented. */
export function opensBlock(line: string, typed: string): boolean {
  return /^\r?\n[ \t]*$/.test(typed) && OPENS.test(line);
}
