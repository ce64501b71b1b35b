/** Routes that a service adds to its node's: JSON in, JSON out, with the bounds and the refusals of the others. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkCaller, type CalledNode } from './callers.ts';
import { readJson } from './request-body.ts';
import { BadRequest, respondJson } from './respond.ts';

export interface JsonRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Without a slash at its end, and none of the protocol's: `/mine`. */
  readonly path: string;
  /** Makes it a route for this machine alone; others get 403 and this line. */
  readonly localOnly?: string;
  /**
   * @param body JSON of at most 64 KiB; `undefined` for a GET and a DELETE
   * @returns what is answered, as JSON
   * @throws an error with a `statusCode` from 400 to 499: it is answered as `{"error": its message}`
   */
  readonly answer: (body: unknown) => object | Promise<object>;
  /** Its operation object in `/openapi.json`. */
  readonly describe?: () => object;
}

const METHODS: readonly unknown[] = ['GET', 'PUT', 'POST', 'DELETE'];

export function isRoute(value: unknown): value is JsonRoute {
  if (typeof value !== 'object' || value === null) return false;
  const { method, path, answer } = value as Partial<JsonRoute>;
  return (
    METHODS.includes(method) && typeof path === 'string' && /^\/.*[^/]$/.test(path) && typeof answer === 'function'
  );
}

export async function answerJson(
  route: JsonRoute,
  node: CalledNode,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (route.localOnly !== undefined) checkCaller('this machine', node, request, route.localOnly);
  const body = route.method === 'PUT' || route.method === 'POST' ? await readJson(request) : undefined;
  try {
    respondJson(response, await route.answer(body));
  } catch (error) {
    const { statusCode, message } = error as Error & { statusCode?: unknown };
    const isMistake = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
    throw isMistake ? new BadRequest(message, statusCode) : error;
  }
}
