/** Members of this process for tests; each is closed after its test. */
import { afterEach } from 'vitest';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createGossip, type Gossip, type GossipOptions } from '../src/library/create-gossip.ts';

export interface Gossips {
  <Value>(options?: Partial<GossipOptions>): Promise<Gossip<Value>>;
  <Schema extends StandardSchemaV1>(
    options: Partial<GossipOptions> & { readonly schema: Schema },
  ): Promise<Gossip<StandardSchemaV1.InferOutput<Schema>, StandardSchemaV1.InferInput<Schema>>>;
}

export function gossipsOfThisFile(): Gossips {
  const open: Gossip<never>[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((gossip) => gossip.close()));
  });
  return async (options: Partial<GossipOptions> = {}) => {
    const gossip = await createGossip({ port: 0, ...options });
    open.push(gossip as Gossip<never>);
    return gossip;
  };
}
