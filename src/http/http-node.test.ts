import { expect, test } from 'vitest';
import { call } from '../../test/support.ts';
import { HttpTransport } from './http-node.ts';

test('what listens and is not ready says so, on every path', async () => {
  const view = () => {
    throw new Error('there is no node yet');
  };
  const route = { method: 'GET', path: '/mine', answer: () => ({}) } as const;
  const http = new HttpTransport({ port: 0, join: [], routes: [route] }, view);
  const address = await http.open();
  try {
    for (const path of ['/health/', '/peers/', '/state/', '/metrics', '/mine', '/nothing']) {
      const answer = await call(address, 'GET', path);
      expect([answer.status, answer.json()]).toEqual([503, { error: 'this node is only just starting' }]);
    }
  } finally {
    await http.close(0);
  }
});
