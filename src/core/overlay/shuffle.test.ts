import { describe, expect, test } from 'vitest';
import { A, B, C, D, E, F, overlayOf } from '../../../test/single-overlay.ts';
import { sendsOf } from '../../../test/talk.ts';

describe('a shuffle', () => {
  test('offers this node itself and samples of both views to one peer', () => {
    const { view, after, link } = overlayOf({ maxPeers: 3, shuffleActive: 1, shufflePassive: 2 });
    link(B, C, D);
    after(() => view.learn([E, F]));
    const said = sendsOf(after(() => view.shuffle()));
    expect(said).toHaveLength(1);
    const { to, message } = said[0]!;
    if (message.type !== 'shuffle') throw new Error('no shuffle');
    expect(message).toMatchObject({ origin: A, ttl: 6 });
    expect(message.sample[0]).toBe(A);
    expect(message.sample).not.toContain(to);
    expect([...message.sample].sort().slice(2)).toEqual([E, F]);
    expect(message.sample).toHaveLength(4);
  });

  test('is answered at its end, straight to its origin, with as much of the reserve', () => {
    const { view, after, link } = overlayOf({ maxPeers: 1 });
    link(B);
    after(() => view.learn([C, D]));
    const said = sendsOf(after(() => view.onShuffle(B, { type: 'shuffle', origin: F, ttl: 3, sample: [F] })));
    expect(said).toHaveLength(1);
    expect(said[0]!.to).toBe(F);
    expect(said[0]!.message).toMatchObject({ type: 'shuffleReply' });
    expect(view.reserve).toContain(F);
  });

  test('makes room by forgetting first what the other side now knows', () => {
    const { view, after, link } = overlayOf({ maxPeers: 1, maxReserve: 2 });
    link(B);
    after(() => view.learn([C, D]));
    const [answer] = sendsOf(after(() => view.onShuffle(B, { type: 'shuffle', origin: F, ttl: 0, sample: [F] })));
    if (answer?.message.type !== 'shuffleReply') throw new Error('no reply');
    expect(view.reserve).toContain(F);
    expect(view.reserve).not.toContain(answer.message.sample[0]);
    expect(view.reserve).toHaveLength(2);
  });

  test('with a stranger needs no walk', () => {
    const { view, after, link } = overlayOf();
    link(B);
    expect(sendsOf(after(() => view.shuffle(C)))).toMatchObject([{ to: C, message: { type: 'shuffle', ttl: 0 } }]);
  });

  test('that comes back to its origin ends there', () => {
    const { view, after, link } = overlayOf();
    link(B);
    expect(after(() => view.onShuffle(B, { type: 'shuffle', origin: A, ttl: 6, sample: [A, C] }))).toEqual([]);
  });
});
