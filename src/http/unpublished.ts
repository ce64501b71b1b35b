import { MAX_VERSION } from '../core/index.ts';

/** A node was asked to publish and could not: nothing was told and nothing kept. */
export class Unpublished extends Error {
  /** Over HTTP. */
  readonly statusCode = 409;

  /** @param at the node's version, or that it runs no more */
  constructor(at: number | 'stopped') {
    const reason =
      at === 'stopped'
        ? 'this node has stopped'
        : at >= MAX_VERSION
          ? `this node's version is the greatest there is (${MAX_VERSION}), so nobody would take it for news`
          : 'the table is full';
    super(`not published: ${reason}`);
    this.name = 'Unpublished';
  }
}
