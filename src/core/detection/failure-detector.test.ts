import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../test/arbitraries.ts';
import {
  A,
  B,
  C,
  D,
  E,
  alive,
  claims,
  fire,
  lose,
  nodeWith,
  refused,
  silence,
  timeout,
  waits,
} from '../../../test/accusations.ts';
import { briefly, eventsOf, hear, link, makeNode, sendsOf } from '../../../test/talk.ts';
import type { Effect, Timer } from '../boundary.ts';
import { MAX_CONFIRMATIONS, MAX_INDIRECT_PROBES, MAX_SUSPICIONS } from './failure-detector.ts';
import type { Claim, Rumor } from '../messages.ts';
import { DEFAULT_PARAMETERS } from '../parameters.ts';

const { suspicionMs, probeTimeoutMs } = DEFAULT_PARAMETERS;

describe('a peer that is lost', () => {
  test('is looked for by helpers before anybody is accused', () => {
    const effects = lose(nodeWith(B, C, D), D, true);
    expect(
      briefly(effects)
        .filter((send) => send.endsWith('probe'))
        .sort(),
    ).toEqual(['7001 probe', '7002 probe']);
    expect(claims(effects)).toEqual([]);
  });

  test('in silence is also pinged; one whose machine refused is not', () => {
    expect(briefly(lose(nodeWith(B, C, D), D, false))).toContain('7003 ping');
    expect(briefly(lose(nodeWith(B, C, D), D, true))).not.toContain('7003 ping');
  });

  test('is asked after by three helpers at most', () => {
    const helpers = [11, 12, 13, 14, 15].map(addressOf);
    const effects = lose(nodeWith(B, D, ...helpers), D, false);
    expect(briefly(effects).filter((send) => send.endsWith('probe'))).toHaveLength(3);
  });

  test('is looked for once at a time', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    expect(sendsOf(lose(node, D, true)).filter(({ message }) => message.type === 'probe')).toEqual([]);
    expect(node.snapshot().confirmations).toBe(1);
  });

  test('is cleared by one helper that sees it, whatever the others say', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    hear(node, B, alive);
    expect(claims(hear(node, C, refused))).toEqual([]);
    expect(claims(fire(node, timeout(), 5000))).toEqual([]);
    expect(node.snapshot().confirmations).toBe(0);
  });

  test('is cleared by its own answer', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, D, { type: 'pong', request: 2 });
    hear(node, B, silence);
    expect(claims([...hear(node, C, silence), ...fire(node, timeout(), 5000)])).toEqual([]);
  });

  test('is suspected when all helpers have looked in vain', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    expect(claims(hear(node, B, silence))).toEqual([]);
    expect(claims(hear(node, C, silence))).toEqual([`${D} suspect`]);
  });

  test('is suspected when time is up and one helper at least has answered', () => {
    const node = nodeWith(B, C, D);
    expect(waits(lose(node, D, false), 'timeout')).toEqual([2 * probeTimeoutMs]);
    hear(node, B, silence);
    expect(claims(fire(node, timeout(), 1000))).toEqual([`${D} suspect`]);
  });

  describe('where there is nobody to ask', () => {
    const alone = () => {
      const node = makeNode(A);
      link(node, D);
      hear(node, D, { uuid: 'd1', origin: D, version: 1, ttl: 1, payload: 'Emma' });
      expect(briefly(lose(node, D, true))).toContain('7003 ping');
      return node;
    };

    test('is down when it refuses a second time', () => {
      const node = alone();
      expect(claims(lose(node, D, true, 1))).toEqual([]);
      expect(claims(fire(node, timeout(3), 101))).toEqual([`${D} down`]);
    });

    test('is cleared when it answers the second time', () => {
      const node = alone();
      hear(node, D, { type: 'pong', request: 2 });
      expect(claims([...lose(node, D, true, 1), ...fire(node, timeout(), 1000)])).toEqual([]);
    });
  });

  test('is not suspected by the timer of an earlier look', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, D, { type: 'pong', request: 2 });
    lose(node, D, true);
    expect(claims(fire(node, timeout(1), 1000))).toEqual([]);
    expect(node.snapshot().confirmations).toBe(1);
  });
});

describe('nobody is accused', () => {
  test('of whom nothing is known', () => {
    const node = nodeWith(B, C, E);
    expect(briefly(lose(node, E, true))).not.toContain('7001 probe');
  });

  test('who has left', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    hear(node, B, { uuid: 'bye', origin: D, version: 2, ttl: 1, hops: 1, status: 'left' });
    hear(node, B, refused);
    expect(claims([...hear(node, C, refused), ...fire(node, timeout(), 5000)])).toEqual([]);
    expect(briefly(lose(node, D, true))).not.toContain('7001 probe');
  });

  test('who is this node itself', () => {
    const node = nodeWith(B, C);
    node.handle({ type: 'publish', payload: 'Emma' }, 0);
    expect(claims(lose(node, A, true))).toEqual([]);
    expect(sendsOf(hear(node, B, { type: 'probe', target: A, request: 7 })).map(({ message }) => message)).toEqual([
      { type: 'probeReply', target: A, saw: 'alive', request: 7 },
    ]);
  });

  test('because a send failed to one that is neither a peer nor refused', () => {
    expect(briefly(lose(nodeWith(B, C), D, false))).toEqual([]);
  });
});

describe('a peer that all who looked were refused by', () => {
  const refusing = (...news: Rumor[]) => {
    const node = nodeWith(B, C, D);
    lose(node, D, true);
    hear(node, B, refused);
    for (const rumor of news) hear(node, B, rumor);
    const effects = hear(node, C, refused);
    return { node, effects: [...effects, ...fire(node, timeout(2), 100)] };
  };
  const ofD = (status: Claim, version = 1): Rumor => ({ uuid: status, origin: D, version, ttl: 1, hops: 1, status });

  test('is down, once', () => {
    const { node, effects } = refusing();
    expect(claims(effects)).toEqual([`${D} down`]);
    expect(claims([...lose(node, D, true, 402), ...fire(node, timeout(), 1000)])).toEqual([]);
    expect(node.snapshot().confirmations).toBe(0);
  });

  test('is down also when only one was refused, and the others saw silence', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, B, refused);
    expect(claims(hear(node, C, silence))).toEqual([]);
    expect(claims(fire(node, timeout(3), 100))).toEqual([`${D} down`]);
  });

  test('is left alone when it says goodbye, or is heard of again, a moment later', () => {
    for (const news of [
      ofD('left', 2),
      { ...ofD('down'), status: undefined, version: 2, payload: 'Emma' } as unknown as Rumor,
    ]) {
      const node = nodeWith(B, C, D);
      lose(node, D, true);
      hear(node, B, refused);
      hear(node, C, refused);
      hear(node, B, news);
      expect(claims(fire(node, timeout(2), 100))).toEqual([]);
    }
  });

  test('is left alone when it is known to be down or to have left', () => {
    expect(claims(refusing(ofD('down')).effects)).toEqual([]);
    expect(claims(refusing(ofD('left', 2)).effects)).toEqual([]);
  });

  test('is declared down although others only suspect it', () => {
    expect(claims(refusing(ofD('suspect')).effects)).toEqual([`${D} down`]);
  });
});

describe('a suspect', () => {
  const suspecting = () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    hear(node, B, silence);
    return { node, effects: hear(node, C, silence) };
  };
  const suspicion: Timer = { name: 'suspicion', origin: D, version: 1 };

  test('that did not refute in time is declared down, once', () => {
    const { node, effects } = suspecting();
    expect(waits(effects, 'suspicion')).toEqual([suspicionMs]);
    expect(claims(fire(node, suspicion, suspicionMs))).toEqual([`${D} down`]);
    expect(claims(fire(node, suspicion, 2 * suspicionMs))).toEqual([]);
  });

  test('that went above the version is not', () => {
    const { node } = suspecting();
    hear(node, B, { uuid: 'd2', origin: D, version: 2, ttl: 1, hops: 1, payload: 'Emma' });
    expect(claims(fire(node, suspicion, suspicionMs))).toEqual([]);
    expect(node.snapshot().records.find(({ origin }) => origin === D)?.status).toBe('alive');
  });

  test('of somebody else is declared down here, too, well after the accuser would have', () => {
    const node = nodeWith(B, C);
    const heard = hear(node, B, { uuid: 's', origin: D, version: 1, ttl: 1, hops: 1, status: 'suspect' });
    const [afterMs] = waits(heard, 'suspicion');
    expect(afterMs).toBeGreaterThanOrEqual(2 * suspicionMs);
    expect(afterMs).toBeLessThan(3 * suspicionMs);
    expect(claims(fire(node, suspicion, afterMs!))).toEqual([`${D} down`]);
  });

  test('that answers is told what is claimed of it, and refutes that', () => {
    const { node } = suspecting();
    const [told] = sendsOf(hear(node, D, { type: 'pong', request: 2 }));
    expect(told).toMatchObject({ to: D, message: { origin: D, version: 1, status: 'suspect', ttl: 1 } });
    const accused = makeNode(D);
    accused.handle({ type: 'publish', payload: 'Emma' }, 0);
    expect(eventsOf(hear(accused, A, told!.message))).toContainEqual(
      expect.objectContaining({ type: 'refuted', heard: 1, version: 2, status: 'suspect' }),
    );
  });
});

describe('a helper', () => {
  const probed = (...peers: string[]) => {
    const node = nodeWith(...peers);
    const effects = hear(node, B, { type: 'probe', target: D, request: 7 });
    return { node, effects };
  };
  const says = (effects: readonly Effect[]) =>
    sendsOf(effects).flatMap(({ to, message }) =>
      message.type === 'probeReply' ? [`${to} ${message.saw} ${message.request}`] : [],
    );

  test('pings the target and reports its answer', () => {
    const { node, effects } = probed(B, C);
    expect(briefly(effects)).toEqual(['7003 ping']);
    expect(says(hear(node, D, { type: 'pong', request: 1 }))).toEqual([]);
    expect(says(hear(node, D, { type: 'pong', request: 2 }))).toEqual([`${B} alive 7`]);
  });

  test('reports a refused connection, or silence when its time is up, and only once', () => {
    expect(says(lose(probed(B, C).node, D, true))).toEqual([`${B} refused 7`]);
    const { node, effects } = probed(B, C);
    expect(waits(effects, 'timeout')).toEqual([probeTimeoutMs]);
    expect(says(fire(node, timeout(1), 500))).toEqual([`${B} silence 7`]);
    expect(says([...fire(node, timeout(1), 600), ...hear(node, D, { type: 'pong', request: 2 })])).toEqual([]);
  });

  test('reports to everybody that asked', () => {
    const { node } = probed(B, C);
    hear(node, C, { type: 'probe', target: D, request: 8 });
    expect(says(hear(node, D, { type: 'pong', request: 4 }))).toEqual([`${B} alive 7`, `${C} alive 8`]);
  });

  test('does not look on its own account', () => {
    const { node } = probed(B, C, D);
    const effects = lose(node, D, true);
    expect(briefly(effects)).not.toContain('7002 probe');
    expect(node.snapshot().confirmations).toBe(0);
  });

  test.each([
    ['targets', (i: number) => ({ asker: B, target: addressOf(100 + i), request: 1 })],
    ['askers', (i: number) => ({ asker: addressOf(100 + i), target: D, request: 1 })],
    ['requests of one asker', (i: number) => ({ asker: B, target: D, request: i })],
  ])('looks for a bounded number, with as many timers, however many %s there are', (_, probe) => {
    const node = nodeWith(B);
    const timers: Timer[] = [];
    const ask = (count: number) => {
      for (let i = 0; i < count; i++) {
        const { asker, target, request } = probe(i);
        for (const effect of hear(node, asker, { type: 'probe', target, request })) {
          if (effect.type === 'schedule') timers.push(effect.timer);
        }
      }
    };
    ask(200);
    expect(timers).toHaveLength(MAX_INDIRECT_PROBES);
    expect(node.snapshot().confirmations).toBeLessThanOrEqual(MAX_INDIRECT_PROBES);
    for (const timer of timers.splice(0)) fire(node, timer, 500);
    expect(node.snapshot().confirmations).toBe(0);
    ask(200);
    expect(timers).toHaveLength(MAX_INDIRECT_PROBES);
  });

  test('is heard once, and only by who asked it', () => {
    const node = nodeWith(B, C, D);
    lose(node, D, false);
    for (let i = 0; i < 3; i++) hear(node, B, silence);
    hear(node, E, silence);
    expect(claims(hear(node, E, alive))).toEqual([]);
    expect(node.snapshot().confirmations).toBe(1);
    expect(claims(hear(node, C, silence))).toEqual([`${D} suspect`]);
  });
});

describe('however much is claimed or fails', () => {
  const members = Array.from({ length: 1200 }, (_, i) => addressOf(100 + i));
  const knowing = () => {
    const node = nodeWith(B, C);
    for (const origin of members) hear(node, B, { uuid: origin, origin, version: 1, ttl: 1, payload: null });
    return node;
  };

  test('a bounded number of confirmations and their timers are under way', () => {
    const node = knowing();
    const timers = members.flatMap((member) => waits(lose(node, member, true), 'timeout'));
    expect(timers).toHaveLength(MAX_CONFIRMATIONS);
    expect(node.snapshot().confirmations).toBe(MAX_CONFIRMATIONS);
  });

  test('a bounded number of suspicions are waited for', () => {
    const node = knowing();
    const suspicions = members.flatMap((origin) =>
      waits(hear(node, B, { uuid: `s${origin}`, origin, version: 1, ttl: 1, status: 'suspect' }), 'suspicion'),
    );
    expect(suspicions).toHaveLength(MAX_SUSPICIONS);
    fire(node, { name: 'suspicion', origin: members[0]!, version: 1 }, 30_000);
    const next = { uuid: 'next', origin: D, version: 1, ttl: 1, status: 'suspect' } as const;
    expect(waits(hear(node, B, next, 30_000), 'suspicion')).toHaveLength(1);
  });
});
