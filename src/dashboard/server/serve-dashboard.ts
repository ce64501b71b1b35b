/** Starts a dashboard: of a network that goes on, or of a recorded trace. */
import { isLoopbackHost } from '../../http/browser-guard.ts';
import { FEED_BOUNDS, FeedHub, type FeedBounds } from './feed-hub.ts';
import { DashboardServer, type ListenOptions, type ServedDashboard } from './http-server.ts';
import { Recording, RECORDING_BOUNDS, type Read, type RecordingBounds } from './recording.ts';
import { Refusal, type ServedNetwork } from './served-network.ts';

export interface RunningDashboard {
  /** For people to open. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * @throws RangeError if the network can be acted upon and others than this machine could reach it; what listening throws,
 * such as `EADDRINUSE`
 */
export async function serveNetwork(
  network: ServedNetwork,
  options: ListenOptions,
  bounds: Partial<FeedBounds> = {},
): Promise<RunningDashboard> {
  if (network.actions.length > 0 && !isLoopbackHost(options.host)) {
    throw new RangeError(`what can be acted upon is shown to this machine only, not on ${options.host}`);
  }
  const hub = new FeedHub(network, { ...FEED_BOUNDS, ...bounds });
  return serve(hub, { actions: network.actions, act: (action, target) => network.act(action, target) }, options);
}

/** @returns `read` resolves with what was in the file when all of it is read, and rejects with one line for people */
export async function serveRecording(
  path: string,
  options: ListenOptions,
  bounds: Partial<RecordingBounds> = {},
): Promise<RunningDashboard & { readonly read: Promise<Read> }> {
  const recording = new Recording(path, { ...RECORDING_BOUNDS, ...bounds });
  const act = (): Promise<never> => Promise.reject(new Refusal('what was recorded cannot be changed'));
  const dashboard = await serve(recording, { actions: [], act }, options);
  return { ...dashboard, read: recording.read() };
}

async function serve(
  feed: FeedHub | Recording,
  control: Pick<ServedDashboard, 'actions' | 'act'>,
  options: ListenOptions,
): Promise<RunningDashboard> {
  const dashboard: ServedDashboard = {
    ...control,
    get isFull() {
      return feed.isFull;
    },
    feed: (response) => feed.attach(response),
  };
  try {
    const server = await DashboardServer.listen(dashboard, options);
    const close = (): Promise<void> => {
      feed.close();
      return server.close();
    };
    return { url: server.url, close };
  } catch (error) {
    feed.close();
    throw error;
  }
}
