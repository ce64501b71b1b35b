import { expect, it } from 'vitest';
import { addressOf, FakeNodeView, recordOf } from './fake-views.ts';
import { showNode } from './node-screen.tsx';

it('prints one plain line a change on a dumb terminal, and no terminal sequences', async () => {
  const view = new FakeNodeView([recordOf(0)]);
  let written = '';
  const stdout = { isTTY: true, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  const closing = new AbortController();
  const closed = showNode(view, () => {}, { stdout, environment: { TERM: 'dumb' }, signal: closing.signal });
  const facts = { uuid: 'u', origin: addressOf(1), version: 2, via: addressOf(2), hops: 1 };
  view.emit({ type: 'applied', ...facts, payload: { book: 'Dune\u001b[31m' } });
  view.emit({ type: 'duplicate', ...facts });
  closing.abort();
  await closed;
  expect(written).toBe('22:13:20.000 applied     :7002 v2 via :7003, 1 hop: Dune[31m\n');
  expect(view.listenerCount).toBe(0);
});
