// Feature flags of a fleet, one process of it: node flags.mjs PORT DATA_DIR [JOIN]
import { createGossip } from 'gossip';
import { z } from 'zod';

const [port, dataDir, join] = process.argv.slice(2);
if (!Number(port) || dataDir === undefined) {
  console.error('usage: node flags.mjs PORT DATA_DIR [JOIN]');
  process.exit(2);
}

/** What a member holds under the name of a flag. */
const Setting = z.object({
  on: z.boolean(),
  /** When it was set, in milliseconds since 1970: the newest setting of all members counts. */
  at: z.int().positive(),
});
const Order = z.object({ flag: z.string().min(1).max(64), on: z.boolean() });

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => ending.abort());

/** @type {import('gossip').Gossip<import('zod').infer<typeof Setting>>} */
const gossip = await createGossip({
  port: Number(port),
  signal: ending.signal,
  join: join === undefined ? [] : [join],
  cluster: 'feature-flags',
  schema: Setting,
  dataDir,
  routes: [
    { method: 'GET', path: '/flags', answer: () => ({ flags: flags() }) },
    { method: 'PUT', path: '/flags', answer: (body) => order(body) },
  ],
});

/** @param {import('gossip').Status} status */
const isUp = (status) => status === 'alive' || status === 'suspect';

/** Of each flag the newest setting, and whether a member that is up holds it. The order is the same everywhere, so all agree. */
function newest() {
  /** @type {Map<string, { on: boolean, at: number, isHeld: boolean }>} */
  const settings = new Map();
  for (const { status, keyed } of gossip.members()) {
    for (const [flag, { on, at }] of keyed) {
      const one = { on, at, isHeld: isUp(status) };
      const other = settings.get(flag) ?? { on: false, at: 0, isHeld: false };
      const order = one.at - other.at || Number(one.on) - Number(other.on) || Number(one.isHeld) - Number(other.isHeld);
      if (order > 0) settings.set(flag, one);
    }
  }
  return settings;
}

function flags() {
  return Object.fromEntries([...newest()].map(([flag, { on }]) => [flag, on]));
}

/**
 * Sets a flag for all, and says how many of the others have it.
 *
 * @param {unknown} body
 */
async function order(body) {
  const read = Order.safeParse(body);
  if (!read.success) throw Object.assign(new Error(z.prettifyError(read.error)), { statusCode: 400 });
  const { flag, on } = read.data;
  // Later than what it replaces, also where that came from a clock that is ahead.
  const at = Math.max(Date.now(), (newest().get(flag)?.at ?? 0) + 1);
  const { receipt } = gossip.set({ on, at }, { key: flag, receipt: { withinMs: 5000 } });
  const { reached, of, afterMs } = await receipt;
  return { flag, on, all: reached === of, reached, of, afterMs };
}

/** A member's records are forgotten some time after it is gone. So the first of those who are up takes over what nobody else holds. */
function takeOver() {
  const up = gossip.members().filter(({ status }) => isUp(status));
  if (up.map(({ address }) => address).sort()[0] !== gossip.address) return;
  for (const [flag, { on, at, isHeld }] of newest()) if (!isHeld) gossip.set({ on, at }, { key: flag });
}

console.log(`flags on ${gossip.address}`);
for await (const update of gossip.updates({ signal: ending.signal })) {
  if (update.type === 'change' && update.key !== undefined) console.log(update.key, flags()[update.key]);
  takeOver();
}
