/** Keeps to one group of a file while its name is edited, other groups come and go, or all of them move. */

export interface Followed {
  uri: string;
  group?: string;
  /** Which of the file's groups it was when it was last seen, from 0. */
  index?: number;
}

/**
 * The group that is meant among the `names` that the file holds now, or undefined when it is gone.
 *
 * A name that is still there wins. Otherwise the group was renamed: it is the only group of the file, or the one at
 * its old place, if that has a name which was not there `before`, or else the only name that was not there before.
 */
export function followGroup(
  followed: Followed,
  names: readonly string[],
  before: readonly string[],
): { group: string; index: number } | undefined {
  const at = (index: number) => ({ group: names[index] as string, index });
  if (names.length === 0) {
    return undefined;
  }
  if (followed.group === undefined) {
    return at(0);
  }
  const { index } = followed;
  if (index !== undefined && names[index] === followed.group) {
    return at(index); // of several groups with one name, the one at its place
  }
  const known = names.indexOf(followed.group);
  if (known >= 0) {
    return at(known);
  }
  if (names.length === 1) {
    return at(0);
  }
  const isNew = (name: string) => !before.includes(name);
  if (index !== undefined && index < names.length && isNew(names[index] as string)) {
    return at(index);
  }
  const fresh = names.flatMap((name, place) => (isNew(name) ? [place] : []));
  return fresh.length === 1 ? at(fresh[0] as number) : undefined;
}
