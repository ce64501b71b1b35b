/** The one place where answers are written: every route of a node ends here. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A mistake of the asker's: one clear line for it, and the status that fits. */
export class BadRequest extends Error {
  constructor(
    message: string,
    readonly status = 400,
    readonly headers: OutgoingHttpHeaders = {},
    /** What the answer says beside the line. */
    readonly details: object = {},
  ) {
    super(message);
  }
}

/** @returns the headers that sign an answer */
type Sign = (status: number, text: string) => OutgoingHttpHeaders;

/** Of requests that were signed. */
const signers = new WeakMap<ServerResponse, Sign>();

/** From now on what is answered here is signed, refusals too. */
export function signAnswer(response: ServerResponse, sign: Sign): void {
  signers.set(response, sign);
}

/** With its length, so that no chunks are needed. Node leaves the body out of an answer to HEAD by itself. */
export function respond(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers?: OutgoingHttpHeaders,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const length = Buffer.byteLength(text);
  const signature = signers.get(response)?.(status, text);
  response.writeHead(status, { ...headers, ...signature, 'content-type': type, 'content-length': length });
  response.end(text);
}

export function respondJson(response: ServerResponse, value: object): void {
  respond(response, 200, JSON_TYPE, JSON.stringify(value));
}

/** What was not read of a request must not be taken for the next one, so the connection ends with it. */
export function respondError(response: ServerResponse, { message: error, status, headers, details }: BadRequest): void {
  const closing = response.req.complete ? {} : { connection: 'close' };
  respond(response, status, JSON_TYPE, JSON.stringify({ error, ...details }), { ...headers, ...closing });
}
