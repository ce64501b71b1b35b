import { expect, it } from 'vitest';
import { addressOf, FakeNodeView, recordOf } from './fake-views.ts';
import { showNode } from './node-screen.tsx';

function openPlain(view: FakeNodeView): { written: () => string; close: () => Promise<void> } {
  let written = '';
  const stdout = { isTTY: true, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  const closing = new AbortController();
  const closed = showNode(view, () => {}, { stdout, environment: { TERM: 'dumb' }, signal: closing.signal });
  return {
    written: () => written,
    close: () => {
      closing.abort();
      return closed;
    },
  };
}

it('prints one plain line a change on a dumb terminal, and no terminal sequences', async () => {
  const view = new FakeNodeView([recordOf(0)]);
  const { written, close } = openPlain(view);
  const facts = { uuid: 'u', origin: addressOf(1), version: 2, via: addressOf(2), hops: 1 };
  view.emit({ type: 'applied', ...facts, payload: { book: 'Dune\u001b[31m' } });
  view.emit({ type: 'duplicate', ...facts });
  await close();
  expect(written()).toBe('22:13:20.000 applied     :7002 v2 via :7003, 1 hop: Dune[31m\n');
  expect(view.listenerCount).toBe(0);
});

it('counts a line that repeats, and writes the count before the next other line', async () => {
  const view = new FakeNodeView([recordOf(0)]);
  const { written, close } = openPlain(view);
  for (let second = 0; second < 7; second++) {
    view.time += 1000;
    view.emit({ type: 'unreachable', peer: addressOf(1), reason: 'ECONNREFUSED' });
  }
  view.emit({ type: 'peerUp', peer: addressOf(1) });
  await close();
  expect(written().split('\n')).toEqual([
    '22:13:21.000 unreachable :7002: ECONNREFUSED',
    '22:13:27.000 unreachable :7002: ECONNREFUSED (again, ×6)',
    '22:13:27.000 peer up     :7002',
    '',
  ]);
});
