import { describe, expect, test } from 'vitest';
import { A, B, C, D, E, F, overlayOf } from '../../../test/single-overlay.ts';
import { sendsOf } from '../../../test/talk.ts';

describe('a shuffle', () => {
  test('offers this node itself and samples of both views to one peer', () => {
    const { view, after, link } = overlayOf({ maxPeers: 3 });
    link(B, C, D);
    after(() => view.learn([E, F]));
    const said = sendsOf(after(() => view.shuffle()));
    expect(said).toHaveLength(1);
    const { to, message } = said[0]!;
    if (message.type !== 'shuffle') throw new Error('no shuffle');
    expect(message.sample[0]).toBe(A);
    expect(message.sample).not.toContain(to);
    expect([...message.sample, to].sort()).toEqual([A, B, C, D, E, F]);
  });

  test('is answered with as many of the passive view', () => {
    const { view, after, link } = overlayOf({ maxPeers: 1 });
    link(B);
    after(() => view.learn([C, D]));
    const said = sendsOf(after(() => view.onShuffle(F, { type: 'shuffle', sample: [F] })));
    expect(said).toHaveLength(1);
    expect(said[0]!.to).toBe(F);
    expect(said[0]!.message).toMatchObject({ type: 'shuffleReply' });
    expect(view.passiveView).toContain(F);
  });

  test('makes room by forgetting first what the other side now knows', () => {
    const { view, after, link } = overlayOf({ maxPeers: 1, maxPassive: 2 });
    link(B);
    after(() => view.learn([C, D]));
    const [answer] = sendsOf(after(() => view.onShuffle(F, { type: 'shuffle', sample: [F] })));
    if (answer?.message.type !== 'shuffleReply') throw new Error('no reply');
    expect(view.passiveView).toContain(F);
    expect(view.passiveView).not.toContain(answer.message.sample[0]);
    expect(view.passiveView).toHaveLength(2);
  });

  test('goes to the member that is given, peer or not', () => {
    const { view, after, link } = overlayOf();
    link(B);
    expect(sendsOf(after(() => view.shuffle(C)))).toMatchObject([{ to: C, message: { type: 'shuffle' } }]);
  });
});
