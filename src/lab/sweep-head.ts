/** What is swept. */
import type { Scenario } from '../scenario/scenario.ts';
import type { MeasureName } from './run-measures.ts';

/** Of what stands in the folder; another one is refused. */
export const RESULTS_FORMAT = 2;

export type ParameterValue = number | string | boolean;

/** Something of the scenario that differs between settings. */
export interface Varied {
  /** As in `--vary` and in the head of `runs.csv`. */
  readonly name: string;
  /** Where it is in a scenario file: `parameters.fanout`. */
  readonly path: string;
  /** All that occur in some setting, in their order. */
  readonly values: readonly ParameterValue[];
}

/** One point of the grids. */
export interface Setting {
  /** From 1. */
  readonly number: number;
  /** What varies, by name; what the grid of this setting leaves as it is in the base scenario is absent. */
  readonly values: { readonly [name: string]: ParameterValue };
}

export interface SweepHead {
  readonly format: typeof RESULTS_FORMAT;
  /** The version of gossip. */
  readonly version: string;
  readonly name: string;
  readonly description: string;
  /** The command line that remakes it. */
  readonly command: string;
  /** The base as a scenario file has it: each setting is put into this. */
  readonly base: { readonly [field: string]: unknown };
  /** The base with nothing left open. */
  readonly scenario: Scenario;
  /** Of each run's updates, so many of the first are not measured: they shape the broadcast tree. */
  readonly warmUpUpdates: number;
  readonly varied: readonly Varied[];
  readonly settings: readonly Setting[];
  readonly seeds: readonly number[];
  readonly measures: readonly MeasureName[];
}
