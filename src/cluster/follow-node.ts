/** Follows one node from outside: its state once, then its event stream, again and again until told to stop. */
import { createParser } from 'eventsource-parser';
import { request } from 'undici';
import type { Address } from '../trace/views.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** What `GET /state/` answers, as far as it is needed here. */
export interface ObservedState {
  readonly version: number;
  /** From `GET /peers/`. */
  readonly peers: readonly Address[];
  readonly records: readonly { readonly origin: Address; readonly version: number; readonly payload: unknown }[];
}

export interface NodeFollower {
  state(state: ObservedState): void;
  event(event: TraceEvent): void;
}

const RETRY_MS = 100;
/** A state is read again this often, so that a missed event is not missed for ever. */
const STATE_EVERY_MS = 2000;

export async function followNode(address: Address, signal: AbortSignal, follower: NodeFollower): Promise<void> {
  while (!signal.aborted) {
    try {
      await followOnce(address, signal, follower);
    } catch {
      // Not up yet, or gone: the next round tells.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function followOnce(address: Address, signal: AbortSignal, follower: NodeFollower): Promise<void> {
  const parser = createParser({ onEvent: ({ data }) => follower.event(JSON.parse(data) as TraceEvent) });
  const events = await request(`http://${address}/events/`, { signal, bodyTimeout: 0 });
  const readState = async (): Promise<void> => {
    const [state, peers] = await Promise.all([read(address, '/state/', signal), read(address, '/peers/', signal)]);
    follower.state({ ...(state as ObservedState), peers: (peers as ObservedState).peers });
  };
  const timer = setInterval(() => void readState().catch(() => undefined), STATE_EVERY_MS);
  try {
    await readState();
    const decoder = new TextDecoder();
    for await (const chunk of events.body) parser.feed(decoder.decode(chunk as Buffer, { stream: true }));
  } finally {
    clearInterval(timer);
    events.body.destroy();
  }
}

async function read(address: Address, path: string, signal: AbortSignal): Promise<unknown> {
  const { body } = await request(`http://${address}${path}`, { signal });
  return body.json();
}
