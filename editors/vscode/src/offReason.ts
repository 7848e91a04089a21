/** Says why a file that may be meant to be a pipeline group is not served, and what to do. */

export interface Shown {
  name: string;
  language: string;
  scheme: string;
  text: string;
  /** The schemes whose files the server is given. */
  served: readonly string[];
  /** Whether the file's text looks like a group. */
  isGroup: boolean;
}

/** Undefined where the file is served, or is plainly none of ours. */
export function offReason({ name, language, scheme, served, isGroup, text }: Shown): string | undefined {
  if (scheme.startsWith('spine-')) {
    return undefined; // made by the server
  }
  if (language === 'python') {
    return undefined; // a group that its text quotes is none of the file's own
  }
  if (isGroup && language !== 'yaml') {
    return `${name} holds a pipeline group, but its language is ${language}: choose YAML at the right of the status bar.`;
  }
  if (isGroup && !served.includes(scheme)) {
    return `${name} is shown from "${scheme}", where files are not checked.`;
  }
  if (language === 'yaml' && !isGroup) {
    return text.trim() === ''
      ? `${name} is empty: type spine-group for a new group.`
      : `${name} holds no pipeline group: a group has "kind: PipelineGroup", or steps that name a pipeline.`;
  }
  return undefined;
}
