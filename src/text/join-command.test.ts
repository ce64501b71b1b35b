import { describe, expect, it } from 'vitest';
import { joinCommand } from './join-command.ts';

describe('the command that starts a second node', () => {
  it('joins on the next port of the same machine', () => {
    expect(joinCommand('127.0.0.1:7000', 'books')).toBe('gossip -p 7001 -b 7000');
  });

  it('names a contact on another machine, and a cluster that is not the usual one', () => {
    expect(joinCommand('10.0.0.7:7000', 'films')).toBe('gossip -p 7001 -b 10.0.0.7:7000 --cluster films');
  });

  it('never names a port beyond the last', () => {
    expect(joinCommand('127.0.0.1:65535', 'books')).toBe('gossip -p 65534 -b 65535');
  });
});
