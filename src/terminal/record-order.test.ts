import { describe, expect, it } from 'vitest';
import type { RecordSnapshot } from '../trace/views.ts';
import { recordOf } from './fake-views.ts';
import { nextOrder, RECORD_ORDERS, sortRecords, type RecordOrder } from './record-order.ts';

const records: readonly RecordSnapshot[] = [
  recordOf(2, { payload: { book: 'éclair 10' }, version: 5, receivedAt: 30, hops: 1, status: 'left' }),
  recordOf(10_000 - 7001, { payload: { book: 'Eclair 9' }, version: 5, receivedAt: 10, hops: 4, status: 'down' }),
  recordOf(0, { payload: { book: 'zoo' }, version: 7, receivedAt: 20, hops: 0, status: 'alive' }),
];
const ports = (order: RecordOrder): string[] => sortRecords(records, order).map(({ origin }) => origin.split(':')[1]!);

describe('sortRecords', () => {
  it.each([
    ['node', ['7001', '7003', '10000']],
    ['age', ['7003', '7001', '10000']],
    ['version', ['7001', '7003', '10000']],
    ['favourite', ['10000', '7003', '7001']],
    ['hops', ['10000', '7003', '7001']],
    ['status', ['10000', '7003', '7001']],
  ] as const)('by %s, and by node where that is equal', (order, expected) => {
    expect(ports(order)).toEqual(expected);
  });

  it('leaves the snapshot as it was, and puts a favourite before its origin’s other records', () => {
    const both = [recordOf(1, { key: 'mood' }), recordOf(1)];
    expect(sortRecords(both, 'node').map(({ key }) => key)).toEqual([undefined, 'mood']);
    expect(both[0]?.key).toBe('mood');
  });
});

describe('nextOrder', () => {
  it('goes through all orders and back to the first', () => {
    let order: RecordOrder = 'node';
    const seen = RECORD_ORDERS.map(() => (order = nextOrder(order)));
    expect(new Set(seen)).toEqual(new Set(RECORD_ORDERS));
    expect(order).toBe('node');
  });
});
