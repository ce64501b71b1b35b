/** Curves up to the moment shown: how updates spread, what is sent for it, and how long it takes. */
import type { ReactNode } from 'react';
import type uPlot from 'uplot';
import { spanText } from '../../../text/spans.ts';
import { firstAfter } from '../../model/timeline.ts';
import { awaitedAt, type Update } from '../../model/update-log.ts';
import { updateTitle } from '../../model/words.ts';
import { useSession } from '../use-session.ts';
import { Chart } from './chart.tsx';

/** The last minute is enough to see what changes. */
const WINDOW_MS = 60_000;
const MAX_POINTS = 240;
const MAX_CURVES = 5;

export default function Curves(): ReactNode {
  const session = useSession();
  const { model, nowMs } = session;
  const fromMs = Math.max(model.range.fromMs, nowMs - WINDOW_MS);
  const series = model.rates.series(fromMs, nowMs, MAX_POINTS);
  const seconds = series.times.map((time) => (time - nowMs) / 1000);
  const updates = model.updates.all.filter(({ publishedAt, isRefutation }) => publishedAt <= nowMs && !isRefutation);
  const recent = updates.slice(-MAX_CURVES);
  const times = timesToAll(updates, fromMs, nowMs);
  if (model.timeline.size === 0) return <p className="words">Nothing to draw yet.</p>;
  return (
    <div className="curves">
      <Chart
        title="Coverage of the latest updates"
        unit="% of the nodes, by milliseconds since it was published"
        data={coverageData(recent, nowMs)}
        series={recent.map((update) => ({
          name: updateTitle(update),
          isStepped: true,
        }))}
        yMax={100}
        summary={`The latest ${recent.length} updates`}
        emptyBecause={recent.length === 0 ? 'No update has been published up to this moment.' : undefined}
      />
      <Chart
        title="Messages a second"
        unit="by seconds before the moment shown"
        data={[seconds, series.payloadPerSecond, series.controlPerSecond]}
        series={[{ name: 'payload' }, { name: 'control' }]}
        summary="Payload and control messages a second"
        emptyBecause={isAllZero(series.payloadPerSecond, series.controlPerSecond) ? 'No message was sent.' : undefined}
      />
      <Chart
        title="Redundancy"
        unit="copies for one delivery, less one"
        data={[seconds, series.redundancy]}
        series={[{ name: 'redundancy', isPoints: true }]}
        summary="Redundancy over time"
        emptyBecause={
          series.redundancy.every((value) => value === null)
            ? 'Nothing was delivered, so no copy was one too many.'
            : undefined
        }
      />
      <Chart
        title="Time to all"
        unit="milliseconds, by when it was published"
        data={[times.map(([at]) => (at - nowMs) / 1000), times.map(([, took]) => took)]}
        series={[{ name: 'time to all', isPoints: true }]}
        summary={times.length === 0 ? 'no update has reached all yet' : `the last took ${spanText(times.at(-1)![1])}`}
        emptyBecause={times.length === 0 ? whyNoTimes(updates.length) : undefined}
      />
    </div>
  );
}

function isAllZero(...series: readonly (readonly number[])[]): boolean {
  return series.every((values) => values.every((value) => value === 0));
}

function whyNoTimes(updates: number): string {
  return updates === 0
    ? 'No update has been published up to this moment.'
    : 'No update of the last minute has reached all nodes yet.';
}

/** As many as there were to reach, up to now. */
function timesToAll(updates: readonly Update[], fromMs: number, nowMs: number): [number, number][] {
  const times: [number, number][] = [];
  for (const update of updates) {
    const { publishedAt, deliveries, live } = update;
    const last = deliveries[awaitedAt(update, nowMs) - 1];
    if (publishedAt >= fromMs && live > 1 && last !== undefined && last <= nowMs)
      times.push([publishedAt, last - publishedAt]);
  }
  return times;
}

/** All curves on the times of all their steps: a share holds until its next step. */
function coverageData(updates: readonly Update[], nowMs: number): uPlot.AlignedData {
  const ages = new Set<number>([0]);
  for (const { deliveries, publishedAt } of updates) {
    for (const at of deliveries) if (at <= nowMs) ages.add(at - publishedAt);
  }
  const x = [...ages].sort((a, b) => a - b);
  const curves = updates.map((update) =>
    x.map((age) => {
      const at = update.publishedAt + age;
      if (at > nowMs) return null;
      return (firstAfter(update.deliveries, at) / Math.max(awaitedAt(update, at), 1)) * 100;
    }),
  );
  return [x, ...curves];
}
