/** For each claim of the level _hostile_ a node of ours that takes, or answers, one bad thing as it should not. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isRumor, type Rumor } from '../../src/core/index.ts';
import type { Answered, Asked, Fault } from './our-wrong-node.ts';

type Fields = Record<string, unknown>;

const OK: Answered = { status: 200, headers: { 'content-type': 'application/json' }, text: '{"messages":[]}' };

function jsonOf({ body }: Asked): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withBody(asked: Asked, body: unknown): Asked {
  return { ...asked, body: Buffer.from(JSON.stringify(body)) };
}

/** Each message of a body, or the bare rumor that is one, by way of this. */
function eachMessage(change: (message: unknown) => unknown): Pick<Fault, 'asked'> {
  return {
    asked: (asked) => {
      const body = jsonOf(asked);
      if (!isFields(body)) return asked;
      const { messages } = body;
      return withBody(asked, Array.isArray(messages) ? { ...body, messages: messages.map(change) } : change(body));
    },
  };
}

/** What is wrong with this field is mended, which is as bad as to take it. */
function mending(field: keyof Rumor, isWrong: (value: unknown) => boolean, mended: unknown): Pick<Fault, 'asked'> {
  return eachMessage((message) =>
    isFields(message) && field in message && 'uuid' in message && isWrong(message[field])
      ? { ...message, [field]: mended }
      : message,
  );
}

const WRONG_FIELDS: Readonly<Record<string, Fault>> = {
  'hostile/uuid': mending('uuid', (value) => value === 'u'.repeat(65), 'u'.repeat(64)),
  'hostile/origin': mending('origin', (value) => value === '127.0.0.1', '127.0.0.1:9'),
  'hostile/version': mending('version', (value) => value === '1', 1),
  'hostile/ttl': mending('ttl', (value) => value === 256, 255),
  'hostile/hops': mending('hops', (value) => value === 256, 255),
  'hostile/key': mending('key', (value) => String(value).length > 64, 'k'),
  'hostile/status': mending('status', (value) => value === 'dead', 'down'),
  'hostile/payload': mending('payload', (value) => JSON.stringify(value).length > 4096, 'long'),
};

let half: Promise<void> = Promise.resolve();

export const WRONG_HOSTILE_NODES: Readonly<Record<string, Fault>> = {
  'hostile/not-json': { asked: (asked) => (Array.isArray(jsonOf(asked)) ? OK : asked) },
  'hostile/not-utf8': { asked: (asked) => ({ ...asked, body: Buffer.from(asked.body.toString('utf8')) }) },
  'hostile/content-type': {
    asked: (asked) => ({
      ...asked,
      headers: asked.method === 'POST' ? { ...asked.headers, 'content-type': 'application/json' } : asked.headers,
    }),
  },
  'hostile/too-large': {
    answered: (answer) => (answer.status === 413 ? { ...answer, status: 400 } : answer),
  },
  'hostile/too-many-messages': {
    asked: (asked) => {
      const body = jsonOf(asked);
      if (!isFields(body) || !Array.isArray(body['messages'])) return asked;
      return withBody(asked, { ...body, messages: body['messages'].slice(0, 1000) });
    },
  },
  ...WRONG_FIELDS,
  'hostile/dangerous-keys': {
    asked: (asked) => ({
      ...asked,
      body: Buffer.from(asked.body.toString('latin1').replace('__proto__', 'proto'), 'latin1'),
    }),
  },
  'hostile/unknown-fields': {
    said: (message) => [isRumor(message) ? { ...message, conformJunk: 1 } : message],
  },
  'hostile/bad-among-good': {
    answered: (answer) =>
      answer.text.includes('"errors"') ? { ...answer, status: 400, text: '{"error":"bad"}' } : answer,
  },
  'hostile/nothing-good': {
    answered: (answer, asked) => (answer.status === 400 && asked.body.includes('"fly"') ? OK : answer),
  },
  'hostile/bad-delta': eachMessage((message) => {
    if (!isFields(message) || message['type'] !== 'delta') return message;
    return { ...message, rumors: (message['rumors'] as Fields[]).filter(({ version }) => version !== 0) };
  }),
  'hostile/from-itself': { answered: (answer) => (answer.text.includes('is this node itself') ? OK : answer) },
  'hostile/other-network': {
    answered: (answer) => (answer.status === 403 ? { ...answer, text: '{"error":"another network"}' } : answer),
  },
  'hostile/wrong-method': {
    answered: (answer) => {
      const { allow: _, ...headers } = answer.headers;
      return { ...answer, headers };
    },
  },
  'hostile/unknown-path': {
    answered: (answer) => (answer.status === 404 ? { ...answer, text: 'Not Found' } : answer),
  },
  'hostile/unasked-reply': {
    heard: (input) => {
      if (input.type !== 'message' || input.message.type !== 'neighborReply') return [input];
      return [input, { ...input, message: { type: 'join', request: 1 } }];
    },
  },
  'hostile/echo': {
    heard: (input, { self }) => {
      if (input.type !== 'message' || !isRumor(input.message) || input.message.origin !== self) return [input];
      return [{ ...input, message: { ...input.message, uuid: randomUUID(), version: input.message.version + 1 } }];
    },
  },
  'hostile/half-a-request': {
    met: async (request: IncomingMessage) => {
      await half;
      if (request.method === 'POST')
        half = new Promise((resolve) => request.once('end', resolve).once('close', resolve));
      return true;
    },
  },
  'hostile/not-http': {
    spoil: ({ transport }) =>
      void transport.server.removeAllListeners('clientError').on('clientError', () => undefined),
  },
};
