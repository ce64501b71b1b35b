import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'vitest';
import { eventually } from '../../test/support.ts';
import { WireBytes } from './wire-bytes.ts';

test('counts each byte of open and of closed connections, both ways, headers too', async () => {
  const server = createServer((_request, response) => response.end('well received'));
  const bytes = new WireBytes();
  bytes.watchServer(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const request = 'POST / HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello';
  const ask = async (): Promise<number> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(request);
    return request.length + (await text(socket)).length;
  };
  const first = await ask();
  await eventually('the first is counted', () => bytes.total === first);
  const second = await ask();
  await eventually('both are', () => bytes.total === first + second);
  const idle = connect((server.address() as AddressInfo).port, '127.0.0.1');
  idle.write(request.slice(0, 40));
  await eventually('one that is open, too', () => bytes.total === first + second + 40);
  idle.destroy();
  server.close();
});
