/**
 * Metrics and spans through OpenTelemetry's API, for a service that has it. The service hands in its meter and its tracer, so
 * this package needs no OpenTelemetry itself, and nothing is loaded or measured where none is given.
 *
 *     import { metrics, trace } from '@opentelemetry/api';
 *
 *     const telemetry = { meter: metrics.getMeter('gossip'), tracer: trace.getTracer('gossip') };
 *     const gossip = await createGossip({ port: 7001, telemetry });
 */
import { COUNTER_HELP, LEVEL_HELP, metricName, type Levels, type Totals } from '../http/metric-names.ts';
import type { Receipt } from './gossip.ts';

/** As much of OpenTelemetry's `Meter` as is used. */
export interface MeterLike {
  createObservableCounter(name: string, options?: { description?: string }): unknown;
  createObservableGauge(name: string, options?: { description?: string }): unknown;
  addBatchObservableCallback(callback: (result: BatchResultLike) => void, observables: never[]): void;
  removeBatchObservableCallback(callback: (result: BatchResultLike) => void, observables: never[]): void;
}

export interface BatchResultLike {
  observe(metric: never, value: number, attributes?: Record<string, string>): void;
}

/** As much of OpenTelemetry's `Tracer` as is used. */
export interface TracerLike {
  startSpan(name: string, options?: { attributes?: Record<string, string | number | boolean> }): SpanLike;
}

export interface SpanLike {
  setAttributes(attributes: Record<string, string | number | boolean>): unknown;
  end(): void;
}

export interface Telemetry {
  /** Is given what `GET /metrics` tells, by the same names; of counters without `_total`, which Prometheus exporters add. */
  readonly meter?: MeterLike | undefined;
  /** Is given a span for each receipt, from `set` until its report. */
  readonly tracer?: TracerLike | undefined;
}

interface Measured {
  readonly self: string;
  totals(): Totals;
  levels(): Levels;
}

/** @returns how to end it */
export function measureWith(meter: MeterLike, node: Measured): () => void {
  const description = (text: string) => ({ description: text });
  const counters = keysOf(COUNTER_HELP).map(
    (name) => [name, meter.createObservableCounter(metricName(name), description(COUNTER_HELP[name]))] as const,
  );
  const gauges = keysOf(LEVEL_HELP).map(
    (name) => [name, meter.createObservableGauge(metricName(name), description(LEVEL_HELP[name]))] as const,
  );
  const attributes = { node: node.self };
  const collect = (result: BatchResultLike): void => {
    const [totals, levels] = [node.totals(), node.levels()];
    for (const [name, counter] of counters) result.observe(counter as never, totals[name], attributes);
    for (const [name, gauge] of gauges) result.observe(gauge as never, levels[name], attributes);
  };
  const all = [...counters, ...gauges].map(([, observable]) => observable as never);
  meter.addBatchObservableCallback(collect, all);
  return () => meter.removeBatchObservableCallback(collect, all);
}

/** A span that lasts as long as the receipt is waited for. */
export function traceReceipt(tracer: TracerLike, key: string | undefined, receipt: Promise<Receipt>): void {
  const attributes = key === undefined ? {} : { 'gossip.key': key };
  const span = tracer.startSpan('gossip receipt', { attributes });
  void receipt.then(({ reached, of }) => {
    span.setAttributes({ 'gossip.reached': reached, 'gossip.of': of });
    span.end();
  });
}

function keysOf<Name extends string>(object: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(object) as Name[];
}
