/** A panel keeps to its group, whatever becomes of the group's name and of the groups around it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followGroup } from '../../src/followGroup.ts';

const uri = 'file:///test.yaml';

describe('followGroup', () => {
  for (const [title, followed, before, now, expected] of [
    ['takes the first group where none was chosen', {}, [], ['a', 'b'], 0],
    ['keeps to the name', { group: 'b', index: 1 }, ['a', 'b'], ['b', 'a'], 0],
    ['follows the new name of the only group', { group: 'a', index: 0 }, ['a'], ['az'], 0],
    ['follows a name that became empty', { group: 'a', index: 0 }, ['a'], [''], 0],
    ['follows a new name among others', { group: 'b', index: 1 }, ['a', 'b', 'c'], ['a', 'bb', 'c'], 1],
    [
      'follows a new name when a group came before it',
      { group: 'b', index: 1 },
      ['a', 'b'],
      ['x', 'a', 'bb'],
      undefined,
    ],
    [
      'follows the only new name at another place',
      { group: 'b', index: 1 },
      ['a', 'b', 'c'],
      ['a', 'c', 'bb'],
      2,
    ],
    ['gives up when the group is gone', { group: 'b', index: 1 }, ['a', 'b', 'c'], ['a', 'c'], undefined],
    ['has nothing to follow in a text without groups', { group: 'b', index: 1 }, ['a', 'b'], [], undefined],
    [
      'knows two groups of one name apart by their place',
      { group: 'a', index: 1 },
      ['a', 'a'],
      ['a', 'a'],
      1,
    ],
    ['finds a group again whose place is not known', { group: 'b' }, [], ['a', 'b'], 1],
  ] as const) {
    it(title, () => {
      assert.equal(followGroup({ uri, ...followed }, now, before)?.index, expected);
    });
  }
});
