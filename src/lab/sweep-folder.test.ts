import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sweepFolderOf } from './sweep-folder.ts';

test.each<[string | undefined, string[], string]>([
  [undefined, [], 'sweep-default'],
  [undefined, ['degree=4,8', 'strategy=flood', 'seeds=5'], 'sweep-degree=4,8-strategy=flood-seeds=5'],
  ['kill-half', ['heartbeatMs=500..900'], 'sweep-kill-half-heartbeatMs=500..900'],
  ['first-look', [], 'sweep-first-look'],
  ['standard input', [], 'sweep-standard-input'],
])('a sweep of %s with %j goes to %s', (name, said, folder) => {
  expect(sweepFolderOf(name, said)).toBe(folder);
});

test('whatever is said, the folder is a short name that every file system takes, and no other sweep has it', () => {
  const folders = new Map<string, string>();
  const text = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.stringMatching(/^faults\[[01]\]\.nodes[.[]part=0\.\d{1,200}$/),
  );
  fc.assert(
    fc.property(text, (said) => {
      const folder = sweepFolderOf(undefined, [said]);
      expect(folder).toMatch(/^sweep-[\w.,=+-]{1,150}$/);
      const before = folders.get(folder) ?? said;
      folders.set(folder, said);
      expect(before).toBe(said);
    }),
  );
});
