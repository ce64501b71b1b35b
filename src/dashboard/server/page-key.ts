/**
 * Keeps the dashboard from other users of the same machine, who reach every port of it: it is opened by the address that was
 * printed, which has a token in it. From then on the browser shows the token by a cookie, which no script can read and no other site
 * can have sent. Cookies are of a host and not of a port, so its name has the port.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** 96 bits: who guesses has to ask us, and the address still fits into the title of a screen. */
const TOKEN_BYTES = 12;
const PARAMETER = 'token';

export class PageKey {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');

  constructor(private readonly port: number) {}

  /** With the token. */
  addressOf(origin: string): string {
    return `${origin}/?${PARAMETER}=${this.token}`;
  }

  /** Where the token stands in this request; `undefined`: nowhere, or another one does. */
  shownBy({ url = '', headers }: IncomingMessage): 'address' | 'cookie' | undefined {
    const given = new URLSearchParams(url.split('?', 2)[1] ?? '').get(PARAMETER);
    if (given !== null && isEqual(given, this.token)) return 'address';
    return this.cookiesIn(headers.cookie ?? '').some((cookie) => isEqual(cookie, this.token)) ? 'cookie' : undefined;
  }

  /** What has the browser keep the token until it is closed. */
  get cookie(): string {
    return `${this.name}=${this.token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  private get name(): string {
    return `gossip-${this.port}`;
  }

  private cookiesIn(header: string): string[] {
    const prefix = `${this.name}=`;
    const pairs = header.split(';').map((pair) => pair.trim());
    return pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  }
}

/** Without its token. */
export function withoutToken(url: string): string {
  const [path = '/', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete(PARAMETER);
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

/** In a time that does not tell how much of it is right. */
export function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @param to a path of ours: moves on from the page itself, since a cookie for our own site alone is not sent on after a redirect from another's */
export function movedPage(to: string): string {
  const path = escaped(to);
  return pageOf(
    `<meta http-equiv="refresh" content="0; url=${path}">`,
    `<p><a href="${path}">To the dashboard</a></p>`,
  );
}

export const CLOSED_WORDS = 'open the address that was printed when the dashboard was started: it has a token';

export const CLOSED_PAGE = pageOf(
  '',
  `<h1>This dashboard is closed to you so far</h1>
<p>Open the address that was printed when it was started. It has a token at its end, which keeps other users of the machine out:</p>
<pre>dashboard: http://127.0.0.1:8080/?token=…</pre>
<p><code>gossip dashboard</code> prints it on its first line, <code>gossip cluster --dashboard</code> on its first line and above its screen.
One that was started again has another.</p>`,
);

function pageOf(head: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>gossip</title>${head}</head><body>${body}</body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
