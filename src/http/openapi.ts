/**
 * `GET /openapi.json`: the contract for machines, made from the schemas that the decoder checks. Loaded when first
 * asked for.
 */
import Type, { type TSchema } from 'typebox';
import type { JsonRoute } from './json-routes.ts';
import * as schemas from './schemas.ts';

/** Put in by the build. */
declare const PACKAGE_VERSION: string | undefined;

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
  {
    method: 'GET',
    url: '/keys/',
    summary: 'Which keys this node holds, by their ids',
    ok: schemas.KeysReply,
    errors: [404],
  },
  { method: 'GET', url: '/metrics', summary: 'Counters and levels for Prometheus', ok: 'text/plain' },
  { method: 'GET', url: '/health/', summary: 'Liveness', ok: schemas.HealthReply },
];

/** @param added to the routes of the protocol */
export function openApiDocument(added: readonly JsonRoute[] = []): object {
  return withModernTuples(describe(added)) as object;
}

function describe(added: readonly JsonRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, url, summary, body, ok, errors = [] } of ROUTES) {
    const answers = Object.fromEntries(
      errors.map((status) => [status, answer('A mistake', 'application/json', refusal)]),
    );
    const success = typeof ok === 'string' ? answer('Done', ok, Type.String()) : answer('Done', 'application/json', ok);
    (paths[url] ??= {})[method.toLowerCase()] = {
      summary,
      ...(body === undefined
        ? {}
        : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
      responses: { 200: success, ...answers },
    };
  }
  for (const { method, path, describe = () => ({}) } of added)
    (paths[`${path}/`] ??= {})[method.toLowerCase()] = describe();
  return {
    openapi: '3.1.0',
    info: {
      title: 'gossip',
      description: 'One node of a gossip network. docs/protocol.md tells the whole contract.',
      version: typeof PACKAGE_VERSION === 'undefined' ? '0.0.0' : PACKAGE_VERSION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
  };
}

function answer(description: string, type: string, schema: TSchema): object {
  return { description, content: { [type]: { schema } } };
}

/** TypeBox writes a tuple as JSON Schema did before 2020-12, which is what OpenAPI 3.1 goes by. */
function withModernTuples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withModernTuples);
  if (typeof value !== 'object' || value === null) return value;
  const { additionalItems: _, ...rest } = value as { items?: unknown; additionalItems?: unknown };
  const tuple = Array.isArray(rest.items) ? { ...rest, prefixItems: rest.items, items: false } : rest;
  return Object.fromEntries(Object.entries(tuple).map(([name, inner]) => [name, withModernTuples(inner)]));
}
