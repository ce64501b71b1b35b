/**
 * `GET /openapi.json`: the contract for machines, made from the schemas that the door checks. Loaded when first
 * asked for.
 */
import swagger from '@fastify/swagger';
import Fastify, { type RouteOptions } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { NO_RUN_TIME_COMPILERS } from './http-server.ts';
import * as schemas from './schemas.ts';

const refusal = schemas.ErrorReply;

const ROUTES: {
  method: string;
  url: string;
  summary: string;
  body?: TSchema;
  ok: TSchema | string;
  errors?: number[];
}[] = [
  { method: 'GET', url: '/peers/', summary: 'Whom this node talks to: for bootstrapping', ok: schemas.PeersReply },
  {
    method: 'POST',
    url: '/gossip/',
    summary: 'Trade messages: the answer carries what this node wants to tell the asker',
    body: schemas.GossipBody,
    ok: schemas.GossipReply,
    errors: [400, 413, 415],
  },
  { method: 'GET', url: '/state/', summary: 'Everything this node holds', ok: schemas.StateReply },
  {
    method: 'GET',
    url: '/events/',
    summary: 'The trace, live, as server-sent events',
    ok: 'text/event-stream',
    errors: [503],
  },
  { method: 'GET', url: '/metrics', summary: 'Counters and levels for Prometheus', ok: 'text/plain' },
  { method: 'GET', url: '/health/', summary: 'Liveness', ok: schemas.HealthReply },
  {
    method: 'PUT',
    url: '/favorite/',
    summary: 'Set the favourite, from this machine only',
    body: schemas.FavoriteBody,
    ok: schemas.FavoriteReply,
    errors: [400, 403, 409],
  },
];

let document: Promise<object> | undefined;

export function openApiDocument(): Promise<object> {
  return (document ??= describe());
}

async function describe(): Promise<object> {
  const server = Fastify({ exposeHeadRoutes: false, ...NO_RUN_TIME_COMPILERS });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'gossip',
        description: 'One node of a gossip network. docs/protocol.md tells the whole contract.',
        version: '0.1.0',
        license: { name: 'MIT' },
      },
    },
  });
  for (const { method, url, summary, body, ok, errors = [] } of ROUTES) {
    const answers = Object.fromEntries(errors.map((status) => [status, refusal]));
    const success = typeof ok === 'string' ? { content: { [ok]: { schema: Type.String() } } } : ok;
    const schema = { summary, response: { 200: success, ...answers }, ...(body === undefined ? {} : { body }) };
    server.route({ method, url, schema, handler: () => undefined } satisfies RouteOptions);
  }
  await server.ready();
  return withModernTuples(server.swagger()) as object;
}

/** TypeBox writes a tuple as JSON Schema did before 2020-12, which is what OpenAPI 3.1 goes by. */
function withModernTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withModernTuples);
  if (typeof value !== 'object' || value === null) return value;
  const { additionalItems: _, ...rest } = value as { items?: unknown; additionalItems?: unknown };
  const tuple = Array.isArray(rest.items) ? { ...rest, prefixItems: rest.items, items: false } : rest;
  return Object.fromEntries(Object.entries(tuple).map(([name, inner]) => [name, withModernTuples(inner)]));
}
