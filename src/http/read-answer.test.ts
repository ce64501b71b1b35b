import { describe, expect, test } from 'vitest';
import { NobodyOfOurs, OtherCluster, readGossipAnswer, readPeersAnswer, Refused } from './read-answer.ts';

describe('somebody else answers', () => {
  test.each<[string, number, string]>([
    ['no JSON', 200, '<html>'],
    ['nothing', 204, ''],
    ['another object', 200, '{}'],
    ['messages that are none', 200, '{"messages":7}'],
    ['null', 200, 'null'],
    ['a list', 200, '[]'],
    ['a page that is not found', 404, '<h1>Not Found</h1>'],
    ['words of its own for that', 404, '{"error":"Not Found"}'],
    ['a method that it does not know', 405, '{"error":"Method Not Allowed"}'],
    ['a refusal that is no node’s', 400, '<html>'],
    ['a redirect', 302, ''],
  ])('with %s', (_name, status, text) => {
    expect(() => readGossipAnswer({ status, text }, 'books')).toThrow(NobodyOfOurs);
    expect(() => readPeersAnswer({ status, text }, 'books')).toThrow(NobodyOfOurs);
  });

  test.each<[string, number, string]>([
    ['a refusal', 403, '{"error":"no","cluster":"films"}'],
    ['messages', 200, '{"cluster":"films","messages":[]}'],
    ['an odd name', 200, '{"cluster":7,"messages":[]}'],
  ])('of another network, with %s', (_name, status, text) => {
    expect(() => readGossipAnswer({ status, text }, 'books')).toThrow(OtherCluster);
    expect(() => readPeersAnswer({ status, text }, 'books')).toThrow(OtherCluster);
  });

  test('of the default network, which no name means', () => {
    const text = '{"self":"a:1","peers":[],"messages":[]}';
    expect(() => readGossipAnswer({ status: 200, text }, 'films')).toThrow(
      /^is of the network "books", and this node of "films"$/,
    );
    expect(() => readPeersAnswer({ status: 200, text }, 'films')).toThrow(OtherCluster);
    expect(readGossipAnswer({ status: 200, text }, 'books')).toEqual([]);
  });
});

test('a node of ours may tell ports instead of addresses, also of another network', () => {
  const text = '{"self":7001,"cluster":"books","peers":["7002","a:1"]}';
  expect(readPeersAnswer({ status: 200, text }, 'books')).toEqual({
    self: '127.0.0.1:7001',
    peers: ['127.0.0.1:7002', 'a:1'],
    isGuest: false,
  });
  expect(() => readPeersAnswer({ status: 200, text: '{"self":7001,"peers":[]}' }, 'films')).toThrow(OtherCluster);
});

test.each([500, 502, 503])('a node that has a fault, or what stands before it (%s), is not somebody else', (status) => {
  for (const read of [readGossipAnswer, readPeersAnswer]) {
    expect(() => read({ status, text: '<html>' }, 'books')).toThrow(`HTTP ${status}`);
    expect(() => read({ status, text: '<html>' }, 'books')).not.toThrow(NobodyOfOurs);
  }
});

test('a node that takes us for an outsider says why', () => {
  const answer = { status: 403, text: '{"error":"no client certificate"}' };
  for (const read of [readGossipAnswer, readPeersAnswer]) {
    expect(() => read(answer, 'books')).toThrow(new Refused('refuses this node: no client certificate'));
  }
});

test.each([400, 413])('a node that refuses what we say (%s) is reachable, and says nothing', (status) => {
  expect(readGossipAnswer({ status, text: '{"error":"no"}' }, 'books')).toBeUndefined();
});

test('a node that says too much is reachable, and not listened to', () => {
  const text = JSON.stringify({ messages: new Array(1001).fill(0) });
  expect(readGossipAnswer({ status: 200, text }, 'books')).toBeUndefined();
});
