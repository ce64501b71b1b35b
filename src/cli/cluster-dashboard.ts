/** The page of a cluster, in which it can be watched and broken. */
import type { ClusterView } from '../cluster/cluster-view.ts';
import { serveNetwork, type RunningDashboard } from '../dashboard/server/serve-dashboard.ts';
import { OwnNetwork } from '../dashboard/server/served-network.ts';
import { listening, pageDirectory } from './dashboard-command.ts';
import { DASHBOARD_PORT } from './dashboard-options.ts';

const HOST = '127.0.0.1';

/** @param port `true`: the usual one, or any other if that is taken */
export async function showPage(view: ClusterView, port: number | true): Promise<RunningDashboard> {
  const { length } = view.state().nodes;
  const network = new OwnNetwork(view, `a cluster of ${length} ${length === 1 ? 'node' : 'nodes'}`);
  const serveOn = (chosen: number): Promise<RunningDashboard> =>
    serveNetwork(network, { host: HOST, port: chosen, pageDirectory: pageDirectory() });
  if (port !== true) return listening(serveOn(port), HOST, port);
  return serveOn(DASHBOARD_PORT).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return serveOn(0);
  });
}
