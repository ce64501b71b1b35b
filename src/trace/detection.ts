/**
 * How soon the living say of a killed node that it is down, and whom they say it of wrongly, by the trace.
 *
 * A kill and each node that lives on are a pair; its time ends when that node says `down`. A pair ends without a time when
 * the node that should say it stops, or the killed one comes back first.
 */
import type { Millis } from '../core/index.ts';
import type { Population } from './population.ts';
import { Quantiles } from './quantiles.ts';

interface Kill {
  readonly time: Millis;
  readonly victim: number;
  /** By the number of the node, who has said it; made when the first one does. */
  said: Uint8Array | undefined;
}

export class Detection {
  private readonly times = new Quantiles();
  private readonly open = new Map<number, Kill>();
  private readonly accusedLiving = new Set<number>();
  /** The highest version that each node has told of itself, and had told when it last stopped. */
  private readonly versions: number[] = [];
  private readonly versionsAtStop: number[] = [];
  private kills = 0;

  constructor(private readonly population: Population) {}

  told(node: number, version: number): void {
    this.versions[node] = Math.max(version, this.versions[node] ?? 0);
  }

  started(node: number): void {
    this.open.delete(node);
  }

  stopped(time: Millis, node: number, why: 'killed' | 'left'): void {
    this.versionsAtStop[node] = this.versions[node] ?? 0;
    if (why === 'left') return;
    this.kills++;
    this.open.set(node, { time, victim: node, said: undefined });
  }

  /** An accusation of an earlier life speaks the truth, however late it comes. */
  saidDown(time: Millis, node: number, accused: number, version: number): void {
    if (this.population.isUp(accused)) {
      if (version > (this.versionsAtStop[accused] ?? -1)) this.accusedLiving.add(accused);
      return;
    }
    const kill = this.open.get(accused);
    if (kill === undefined || !this.population.isUpSince(node, kill.time)) return;
    kill.said ??= new Uint8Array(this.population.size);
    if (kill.said[node] === 1) return;
    kill.said[node] = 1;
    this.times.add(time - kill.time);
  }

  get falsePositives(): number {
    return this.accusedLiving.size;
  }

  /** Of the trace up to now; `undefined` when nobody was killed. */
  result(): Quantiles | undefined {
    if (this.kills === 0) return undefined;
    let silent = 0;
    for (const kill of this.open.values()) silent += this.silentAbout(kill);
    return this.times.withMissing(silent);
  }

  private silentAbout({ time, said }: Kill): number {
    let silent = 0;
    for (let node = 0; node < this.population.size; node++) {
      if (this.population.isUpSince(node, time) && said?.[node] !== 1) silent++;
    }
    return silent;
  }
}
