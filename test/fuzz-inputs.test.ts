/** What `npm run fuzz` says to a node: the same from one seed, of every kind, hostile and yet understood, and honest about what is forged. */
import { describe, expect, test } from 'vitest';
import { BLOCK_SIZE, blockOf, type Block } from '../scripts/fuzz/blocks.ts';
import type { Cast } from '../scripts/fuzz/cast.ts';
import { Draws } from '../scripts/fuzz/draws.ts';
import { growthOf, type Usage } from '../scripts/fuzz/growth.ts';
import { MAX_FORGED_VERSION } from '../scripts/fuzz/messages.ts';
import { ReplyReader } from '../scripts/fuzz/reply-reader.ts';
import { valueOf, type JsonSchema } from '../scripts/fuzz/schema-values.ts';
import { textOf } from '../scripts/fuzz/tree.ts';
import { MAX_VERSION } from '../src/core/index.ts';
import { parseText } from '../src/http/request-body.ts';
import { CHECKED_SCHEMAS, MESSAGE_SCHEMAS, type CheckName } from '../src/http/schemas.ts';
import { validators } from '../src/http/validators.ts';

const CAST = castAt(20_000);
const BLOCKS = Array.from({ length: 400 }, (_, number) => blockOf(1, number, CAST));

function castAt(port: number): Cast {
  const [target, a, b, c, d] = [0, 1, 2, 3, 4].map((i) => `127.0.0.1:${port + i}`) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { target, honest: [a, b], accomplices: [c, d], cluster: 'fuzz' };
}

function textsOf(block: Block): string[] {
  return block.inputs.map((input) =>
    ('steps' in input ? Buffer.concat(input.steps.map(({ bytes }) => bytes)) : input.bytes).toString('latin1'),
  );
}

/** Of a request, what is in it. */
function bodyOf(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 1).trim();
}

/** Every object in it, however deep. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (const left = [value]; left.length > 0;) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) found.push(next as Record<string, unknown>);
    left.push(...(Object.values(next) as unknown[]));
  }
  return found;
}

describe('the inputs of a seed', () => {
  test('are the same again, block by block, and others from another', () => {
    for (const number of [0, 7, 31_249]) {
      expect(blockOf(1, number, CAST)).toEqual(blockOf(1, number, CAST));
      expect(textsOf(blockOf(1, number, CAST))).not.toEqual(textsOf(blockOf(2, number, CAST)));
    }
  });

  test('do not depend on the ports of a run', () => {
    const facts = (block: Block) => block.inputs.map(({ kind }, i) => [kind, textsOf(block)[i]?.length]);
    for (const [number, block] of BLOCKS.entries()) {
      expect(facts(blockOf(1, number, castAt(30_000)))).toEqual(facts(block));
    }
  });

  test('come in blocks of one size, in every way', () => {
    expect(new Set(BLOCKS.map(({ inputs }) => inputs.length))).toEqual(new Set([BLOCK_SIZE]));
    expect(new Set(BLOCKS.map(({ by }) => by))).toEqual(
      new Set(['requests', 'handshakes', 'lines', 'peer lines', 'sockets']),
    );
  });

  test('have every message among them that there is', () => {
    const all = BLOCKS.flatMap(textsOf).join('\n');
    for (const type of Object.keys(MESSAGE_SCHEMAS)) expect(all).toContain(`"type":"${type}"`);
  });

  test('speak for a node that means well only with what it can know to be wrong', () => {
    const ours = [CAST.target, ...CAST.honest];
    const told = BLOCKS.flatMap(textsOf)
      .flatMap((text) => objectsIn(parseText(bodyOf(text)) ?? parseText(text)))
      .filter((value) => ours.some((address) => address === value['origin']) && validators.rumor(value));
    const contents = told.filter(({ status }) => status === undefined);
    expect(contents.length).toBeGreaterThan(50);
    const believable = ({ version }: Record<string, unknown>) =>
      Number(version) > MAX_FORGED_VERSION && Number(version) < MAX_VERSION - 1;
    expect(contents.filter(believable).map(({ uuid }) => uuid)).toEqual([]);
    expect(told.length).toBeGreaterThan(contents.length + 50);
  });
});

describe('values by their schema', () => {
  test.each(Object.keys(CHECKED_SCHEMAS) as CheckName[])('%s: most fit it, and not all', (name) => {
    const draws = new Draws(1, name);
    const schema = CHECKED_SCHEMAS[name] as JsonSchema;
    const values = Array.from({ length: 500 }, () => parseText(textOf(valueOf(schema, draws, CAST))));
    const fit = values.filter((value) => value !== undefined && validators[name](value)).length;
    expect(fit).toBeGreaterThan(150);
    if (!['getPeers', 'disconnect', 'reply'].includes(name)) expect(fit).toBeLessThan(500);
  });

  test('need to be known for each pattern', () => {
    const schema = { type: 'string', pattern: '^new$' };
    expect(() => valueOf(schema, new Draws(1, 0), CAST)).toThrow('no values for the pattern ^new$');
  });
});

describe('what a node uses', () => {
  const usage: Usage = { heapBytes: 20e6, externalBytes: 2e6, descriptors: 30, records: 500 };

  test.each<[string, Partial<Usage>, RegExp | undefined]>([
    ['as much as before', {}, undefined],
    ['less', { heapBytes: 10e6, descriptors: 20 }, undefined],
    ['more for a larger table', { heapBytes: 60e6, records: 11_000 }, undefined],
    ['more for no more records', { heapBytes: 30e6 }, /^memory grew by 10\.0 MB .* by 0 records$/],
    ['more outside of the heap', { externalBytes: 30e6 }, /^memory grew by 28\.0 MB/],
    [
      'more than its records are worth',
      { heapBytes: 60e6, records: 1000 },
      /^memory grew by 40\.0 MB .* by 500 records$/,
    ],
    ['more sockets', { descriptors: 60 }, /^open descriptors grew from 30 in the middle to 60 at the end$/],
    ['descriptors that cannot be counted', { descriptors: undefined }, undefined],
  ])('%s', (_name, over, complaint) => {
    const growth = growthOf(usage, { ...usage, ...over });
    if (complaint === undefined) expect(growth).toBeUndefined();
    else expect(growth).toMatch(complaint);
  });
});

describe('replies', () => {
  const read = (text: string, size: number, isHead = false) => {
    const reader = new ReplyReader();
    reader.expect(isHead);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      const reply = reader.take(bytes.subarray(at, at + size));
      if (reply !== undefined) return [reply.status, reply.body.toString()];
    }
    return undefined;
  };

  test.each<[string, string, [number, string] | undefined]>([
    ['of a length', 'HTTP/1.1 400 Bad\r\ncontent-length: 2\r\n\r\n{}', [400, '{}']],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n1\r\nx\r\n0\r\n\r\n', [200, '{}x']],
    ['after a 100', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx', [200, 'x']],
    ['that is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nx', undefined],
    ['whose last chunk is missing', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n', undefined],
  ])('%s are read, however they come', (_name, text, reply) => {
    for (const size of [1, 7, 1000]) expect(read(text, size)).toEqual(reply);
  });

  test('to a HEAD have no body', () => {
    expect(read('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n', 1000, true)).toEqual([200, '']);
  });

  test('that are none are found out', () => {
    expect(() => read('SSH-2.0\r\n\r\n', 1000)).toThrow('no reply begins with "SSH-2.0"');
  });
});
