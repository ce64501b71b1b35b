/**
 * What a service tests with, and what certifies a transport of its own:
 *
 * - `createTestNetwork`: members in virtual time, for tests that repeat
 * - `MemoryNetwork`: members of one process in real time, without sockets
 * - `runTransportTests`: a claim each about any transport
 */
export * from './test-network.ts';
export * from './memory-network.ts';
export * from './transport-tests.ts';
export type { Address } from '../core/index.ts';
export type { Message } from '../core/index.ts';
export type * from '../http/transport.ts';
