/** Which settings the server is told. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Inspected, settingsSet } from '../../src/settingsSet.ts';

it('tells what somebody has set, nested, and no default', () => {
  const values: Record<string, Inspected> = {
    'spine.rules': { globalValue: {}, workspaceValue: { a: 'off' } },
    'spine.codeLens.order': { globalValue: false },
    'spine.codeLens.graph': {},
    'spine.companion': { workspaceFolderLanguageValue: [] },
    'other.x': { globalValue: 1 },
  };
  const found = settingsSet('spine', [...Object.keys(values), 'spine.unknown'], {
    inspect: name => values[name],
    get: name => `value of ${name}`,
  });
  assert.deepEqual(found, {
    rules: 'value of spine.rules',
    codeLens: { order: 'value of spine.codeLens.order' },
    companion: 'value of spine.companion',
  });
});
