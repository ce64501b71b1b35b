/**
 * What the process that started a node may ask of it, over the private channel between the two that no peer can
 * reach: tests and benchmarks cut networks in two with it.
 */
import { isAddress } from '../core/address.ts';
import type { RunningNode } from '../node/start-node.ts';

/** Takes `{ block: [address, …] }`: send nothing to these from now on. */
export function obeyParent(node: RunningNode): void {
  if (process.channel === undefined) return;
  process.on('message', (request: unknown) => {
    const isBlock = typeof request === 'object' && request !== null && 'block' in request;
    if (isBlock && Array.isArray(request.block)) node.block(request.block.filter(isAddress));
  });
  // Listening would keep a process alive that has stopped.
  (process.channel as { unref(): void }).unref();
}
