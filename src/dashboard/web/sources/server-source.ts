/** The feed of the server that the page came from: server-sent events, and actions posted with the token only we can read. */
import type { Deed, FeedMessage } from '../../feed.ts';
import type { FeedSource } from '../../feed-source.ts';

const RETRY_MS = 2_000;

export function serverSource(): FeedSource {
  return {
    subscribe(listener, onConnection = () => {}) {
      let stream: EventSource | undefined;
      let retry: ReturnType<typeof setTimeout> | undefined;
      const connect = (): void => {
        onConnection('connecting');
        stream = new EventSource('feed');
        stream.onopen = () => onConnection('open');
        stream.onmessage = ({ data }: MessageEvent<string>) => listener(JSON.parse(data) as FeedMessage);
        stream.onerror = () => {
          onConnection('lost');
          // An answer that is no stream ends it for good; else the browser tries again by itself.
          if (stream?.readyState !== EventSource.CLOSED) return;
          retry = setTimeout(connect, RETRY_MS);
          void leaveIfClosed();
        };
      };
      connect();
      return () => {
        clearTimeout(retry);
        stream?.close();
      };
    },

    async act(action, target) {
      const { token } = (await answerTo('control')) as { readonly token?: string };
      return (await answerTo(`actions/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-gossip-token': token ?? '' },
        body: JSON.stringify(target),
      })) as Deed;
    },
  };
}

/** A dashboard that was started again has another token: its own page says so. */
async function leaveIfClosed(): Promise<void> {
  const { status } = await fetch('control').catch(() => ({ status: 0 }));
  if (status === 403) location.reload();
}

/** @throws Error with one line for people */
async function answerTo(path: string, request?: RequestInit): Promise<unknown> {
  const response = await fetch(path, request).catch(() => {
    throw new Error('the server does not answer');
  });
  const body = (await response.json().catch(() => ({}))) as { readonly error?: unknown };
  if (response.ok) return body;
  throw new Error(typeof body.error === 'string' ? body.error : `the server said ${response.status}`);
}
