/** The fuzzer finds what is wrong: each of these nodes is broken in one way. */
import { expect, test } from 'vitest';
import { Campaign } from '../../scripts/fuzz/campaign.ts';
import { freePort } from '../free-port.ts';
import { COMMAND } from '../processes/real-network.ts';

const SPOILED = './test/wrong-nodes/spoiled-process.cjs';

test.each<[string, RegExp]>([
  ['ends at the fiftieth request', /^the target.*one too many/s],
  ['keeps a part of each request', /^memory grew by/],
  ['opens a file for each connection', /^open descriptors grew/],
  ['answers some with an internal error', /answered with 500/],
  ['reads HTTP leniently', /^smuggling: answered with 200|A book that was smuggled$/],
])('a node that %s is found out', async (spoiled, finding) => {
  process.env['SPOILED'] = spoiled;
  try {
    const report = await new Campaign({
      seed: 1,
      from: 0,
      count: 4000,
      seconds: 50,
      firstPort: await freePort(3),
      command: ['--require', SPOILED, COMMAND],
      targetOptions: [],
      rests: 2,
      progress: () => undefined,
    }).run();
    expect(report.finding?.text).toMatch(finding);
  } finally {
    delete process.env['SPOILED'];
  }
});
