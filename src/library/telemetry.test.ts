import { trace, type Span } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gossipsOfThisFile } from '../../test/gossips.ts';
import { eventually } from '../../test/support.ts';
import { COUNTER_HELP, LEVEL_HELP } from '../http/metric-names.ts';
import type { TracerLike } from './telemetry.ts';

const start = gossipsOfThisFile();

test('a meter is given what /metrics tells, until the member ends', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  const one = await start<number>({ telemetry: { meter: provider.getMeter('gossip') } });
  const other = await start<number>({ join: [one.address] });
  await eventually('both', () => one.members().length === 2 && other.members().length === 2);
  await reader.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const names = metrics.map(({ descriptor }) => descriptor.name);
  expect(names).toHaveLength(Object.keys(COUNTER_HELP).length + Object.keys(LEVEL_HELP).length);
  const members = metrics.find(({ descriptor }) => descriptor.name === 'gossip_members');
  expect(members?.dataPoints).toMatchObject([{ value: 2, attributes: { node: one.address } }]);
  const sent = metrics.find(({ descriptor }) => descriptor.name === 'gossip_control_sent');
  expect(sent?.dataPoints[0]?.value).toBeGreaterThan(0);
  await one.close();
  const totals = vi.spyOn(one.node as unknown as { totals(): unknown }, 'totals');
  await reader.forceFlush();
  expect(totals).not.toHaveBeenCalled();
});

test('a tracer is given a span for each receipt, and none for a value without', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  onTestFinished(() => provider.shutdown());
  const one = await start<number>({ telemetry: { tracer: provider.getTracer('gossip') } });
  one.set(1);
  await one.set(2, { key: 'load', receipt: true }).receipt;
  expect(exporter.getFinishedSpans()).toMatchObject([
    { name: 'gossip receipt', attributes: { 'gossip.key': 'load', 'gossip.reached': 0, 'gossip.of': 0 } },
  ]);
});

test('OpenTelemetry’s own types fit', () => {
  const tracer: TracerLike = trace.getTracer('gossip');
  const span = tracer.startSpan('a') as Span;
  expect(span.isRecording()).toBe(false);
});

test.each([{ meter: {} }, { tracer: 5 }, 'all'])('%s is no telemetry', async (telemetry) => {
  await expect(start({ telemetry: telemetry as never })).rejects.toThrow(/^telemetry: expected an object with a meter/);
});
