/** What options of several commands have in common: how their values are read, and those over a scenario's file. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_PARAMETERS, DEFAULT_STRATEGY, PARAMETER_BOUNDS, parseAddress, STRATEGY_NAMES } from '../core/index.ts';
import type { Address, Parameters, StrategyName } from '../core/index.ts';
import { isClusterName } from '../http/cluster-name.ts';
import { isNetwork } from '../http/networks.ts';
import { MAX_SEED } from '../http/node-options.ts';
import { nearestName } from '../scenario/nearest-name.ts';

/** What may be said over a scenario's file. */
export interface ScenarioCommandOptions {
  readonly nodes?: number;
  readonly strategy?: StrategyName;
  readonly fanout?: number;
  readonly ttl?: number;
  readonly seed?: number;
  readonly updates?: number;
  /** In milliseconds. */
  readonly duration?: number;
  readonly json: boolean;
}

export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A parameter of the core, within the bounds that it has everywhere. */
export function parameter(name: Exclude<keyof Parameters, 'failedSendsAreReported'>): (text: string) => number {
  return whole(...PARAMETER_BOUNDS[name]);
}

export function addressOption(text: string, earlier: readonly Address[]): readonly Address[] {
  try {
    return [...earlier, parseAddress(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

export function networkOption(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!isNetwork(text))
    throw new InvalidArgumentError('Expected a network such as 10.0.0.0/8 or fd00::/8, or an address.');
  return [...earlier, text];
}

export function clusterOption(text: string): string {
  if (!isClusterName(text)) throw new InvalidArgumentError('Expected 1 to 64 visible ASCII characters.');
  return text;
}

export function duration(text: string): number {
  const [, value = '', unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (value === '') throw new InvalidArgumentError('Expected milliseconds, or a number with s, m or h.');
  return Number(value) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
}

export const keyringOption = (
  says = 'keys that all nodes share (gossip keys): nobody without one is believed or answered',
): Option => new Option('--keyring <file>', says);

export const seedOption = (): Option =>
  new Option(
    '--seed <number>',
    'seed of all random choices (default: 1 where a run is measured, else random)',
  ).argParser(whole(0, MAX_SEED));

export const basePortOption = (): Option =>
  new Option('--base-port <port>', 'port of the first node; the others follow')
    .argParser(whole(1, 65535))
    .default(7000);

/** With the name that was meant, where it is none of these. */
export function withChoices(option: Option, names: readonly string[]): Option {
  return option.choices(names).argParser((text) => {
    if (names.includes(text)) return text;
    const nearest = nearestName(text, names);
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.${hint}`);
  });
}

export const nodeCount = whole(1, 1_000_000);

export function withScenarioOptions(command: Command, durationHelp: string): Command {
  return command
    .addOption(
      withChoices(
        new Option('--strategy <name>', `how rumors spread (default: ${DEFAULT_STRATEGY}, or as in the scenario)`),
        STRATEGY_NAMES,
      ),
    )
    .addOption(
      new Option(
        '--fanout <count>',
        `peers the strategy "random" pushes to (default: ${DEFAULT_PARAMETERS.fanout}, or as in the scenario)`,
      ).argParser(parameter('fanout')),
    )
    .addOption(
      new Option(
        '--ttl <hops>',
        `maximum hops of a rumor (default: ${DEFAULT_PARAMETERS.ttl}, or as in the scenario)`,
      ).argParser(parameter('ttl')),
    )
    .addOption(seedOption())
    .addOption(new Option('--updates <count>', 'updates to publish and measure').argParser(whole(0, 100_000)))
    .addOption(new Option('--duration <time>', durationHelp).argParser(duration))
    .option('--json', 'print one JSON object instead of a summary', false);
}
