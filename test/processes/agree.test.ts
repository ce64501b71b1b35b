/** What `gossip agree` does before and instead of its runs; the runs themselves are in test/cluster. */
import { describe, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { eventually } from '../support.ts';
import { CALIBRATION, FLOOD, NODES, written } from './agreement-files.ts';
import { childrenOf, gossip, isAlive } from './real-network.ts';

describe('gossip agree', () => {
  test('leaves no process when it is asked to stop', async () => {
    const run = gossip('agree', written('flood.json', FLOOD), '--base-port', await freePort(NODES));
    await eventually('its nodes listen', () => run.stderr.includes('all listen'), 20_000);
    const children = childrenOf(run.pid);
    expect(children).toHaveLength(NODES);
    const { code, stdout } = await run.kill('SIGINT');
    expect([code, stdout]).toEqual([130, '']);
    await eventually('all are gone', () => !children.some(isAlive), 8000);
  });

  test.each<[string, object, RegExp]>([
    ['a calibration that is none', { nodes: 6 }, /^gossip: \S+: \S+/],
    ['one with a field too many', { ...CALIBRATION, more: 1 }, /^gossip: \S+: more/],
  ])('refuses %s before anything starts', async (_name, calibration, words) => {
    const run = gossip('agree', written('flood.json', FLOOD), '--calibration', written('machine.json', calibration));
    const { code, stdout, stderr } = await run.ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
