/** `gossip dashboard` as a process, and the feeds of its pages. */
import { onTestFinished } from 'vitest';
import { FeedReader } from '../feed-reader.ts';
import { eventually } from '../support.ts';
import { gossip, type Running } from './real-network.ts';

export interface Dashboard {
  readonly process: Running;
  readonly url: string;
}

/** Waits until the address is told. */
export async function told(process: Running): Promise<Dashboard> {
  const found = await eventually(
    'its address',
    () => {
      if (process.child.exitCode !== null) throw new Error(`it ended: ${process.stderr}`);
      return /dashboard: (http:\S+)\n/.exec(process.stdout + process.stderr) ?? undefined;
    },
    15_000,
  );
  return { process, url: found[1] as string };
}

export const dashboardOf = (...args: (string | number)[]): Promise<Dashboard> =>
  told(gossip('dashboard', '--port', 0, ...args));

/** A page of it, until the test ends. */
export async function open({ url }: Dashboard): Promise<FeedReader> {
  const reader = await FeedReader.open(url);
  onTestFinished(() => reader.close());
  return reader;
}

/** The nodes that it reaches, as last told. */
export function reachable(page: FeedReader): string[] {
  const last = new Map(page.of('reach').map((reach) => [reach.node, reach.isReachable]));
  return [...last].filter(([, isReachable]) => isReachable).map(([node]) => node);
}
