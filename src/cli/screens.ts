/**
 * The way to the terminal screens. They are a bundle of their own: the toolkit behind them is an ES module with
 * top-level await, and costs more to load than the rest of a node.
 */
import type { NetworkView, NodeView } from '../trace/views.ts';

export async function showNode(view: NodeView, resample: () => void): Promise<void> {
  const screen = await import('../terminal/node-screen.tsx');
  await screen.showNode(view, resample);
}

export async function showNetwork(view: NetworkView): Promise<void> {
  const screen = await import('../terminal/network-screen.tsx');
  await screen.showNetwork(view);
}
