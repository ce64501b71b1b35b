// A limit for many processes together. Each tells how much it is asked for, and takes its fair share.

const TICK_MS = 250;

/**
 * @typedef {object} Demand
 * @property {number} demand requests a second
 */

/**
 * What one of them may let through: all get what they ask for up to one level, which is as high as the limit allows (max-min fairness).
 *
 * @param {number} limit of all together, a second
 * @param {number} mine requests a second
 * @param {readonly number[]} demands of all, mine among them
 */
export function fairShare(limit, mine, demands) {
  let rest = limit;
  for (const [index, demand] of [...demands].sort((a, b) => a - b).entries()) {
    const level = rest / (demands.length - index);
    if (demand >= level) return Math.min(mine, level);
    rest -= demand;
  }
  return mine + rest / demands.length;
}

/**
 * @param {import('gossip').Gossip<Demand>} gossip
 * @param {number} limit requests a second, of all members together
 * @param {AbortSignal} signal ends it
 */
export function createLimiter(gossip, limit, signal) {
  let asked = 0;
  let demand = 1;
  let told = 0;
  let share = 0;
  let tokens = 1;
  let filledAt = performance.now();

  function tick() {
    // The last half a second or so. At least one, so that the first request of a quiet member is let through.
    demand = Math.max(1, (demand + (asked * 1000) / TICK_MS) / 2);
    asked = 0;
    if (Math.abs(demand - told) > told * 0.1) gossip.set({ demand: (told = demand) });
    const others = gossip
      .members()
      .filter(({ address, status }) => address !== gossip.address && (status === 'alive' || status === 'suspect'));
    share = fairShare(limit, demand, [demand, ...others.map(({ value }) => value?.demand ?? 1)]);
  }

  tick();
  const ticking = setInterval(tick, TICK_MS);
  signal.addEventListener('abort', () => clearInterval(ticking));

  return {
    /** Whether one more request is within the limit: a token bucket that holds a second. */
    take() {
      asked++;
      const now = performance.now();
      tokens = Math.min(Math.max(1, share), tokens + (share * (now - filledAt)) / 1000);
      filledAt = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
    state: () => ({ limit, share, demand, members: gossip.members().length }),
  };
}
