/** A session in a worker: its commands are the page's messages, its timers the worker's. */
import type { Command } from '../session-messages.ts';
import { SimulationSession } from '../simulation-session.ts';

const session = new SimulationSession({
  post: (report) => postMessage(report),
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
});

addEventListener('message', ({ data }: MessageEvent<Command>) => session.receive(data));
