/**
 * The library's face: a node of your own, with any payload, in a few lines.
 *
 *     const node = await startNode({ port: 7001, bootstrap: ['127.0.0.1:7000'] });
 *     node.publish({ book: 'Middlemarch by George Eliot' });
 *     node.subscribe((event) => console.log(event));
 */
import { HttpNode } from '../http/http-node.ts';
import type { NodeOptions, RunningNode } from '../http/running-node.ts';

export type { NodeOptions, RunningNode } from '../http/running-node.ts';

/**
 * Starts a node and resolves when it listens.
 *
 * @throws {TypeError|RangeError} one line that names an option that is wrong, its value and what it may be; and when the port
 *   is taken (`EADDRINUSE`) or the data directory cannot be used
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const node = new HttpNode(options);
  await node.start();
  return node;
}
