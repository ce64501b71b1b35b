/**
 * Runs a script of commands on a small network and writes down what its nodes said: the format of `test/golden`.
 *
 *     # a remark, kept as it stands
 *     > network ttl=3 maxPeers=2     parameters of the core, and seed=, wires=7000-7001,7001-7002 (others are cut)
 *     > start 7001 -> 7000           also `… remembering 5`, its version, and `… liking Emma`, published at once
 *     > quietly start 7001 -> 7000   the same, without a transcript
 *     > publish 7001 Emma            also `publish 7001 happy as mood`, `publish 7001 Emma within 5000`, for a receipt
 *     > timer 7001 shuffle           lets this timer fire; it and the heartbeat's never do by themselves
 *     > fire 7001 suspicion 7002@1   lets a timer of failure detection fire early
 *     > hear 7001 ping from 7000     a message from outside: ping, pong, probe or refused (a probe's answer), of 7002
 *     > drop rumor 7000-7001         from now on, until `> deliver`, such messages are lost on this way
 *     > pause 7001, > resume 7001    stands still; runs on: timers first, then what was said to it
 *     > partition 7000,7001 7002     until `> heal`; also `cut 7000-7002`, one link
 *     > crash 7001, > leave 7001, > wait 3000, > table 7001, > views 7001
 *
 * A line of transcript is a message as it arrives, in order; below it, further in, what came of it there.
 */
import type { Address } from '../src/core/address.ts';
import type { CoreEvent, Timer } from '../src/core/boundary.ts';
import { isRumor, type DigestEntry, type Message, type Rumor } from '../src/core/messages.ts';
import { DEFAULT_PARAMETERS, type Parameters } from '../src/core/parameters.ts';
import type { StrategyName } from '../src/core/broadcast/strategy.ts';
import { heartbeatOf } from './talk.ts';
import { VirtualNetwork } from './virtual-network.ts';

/** What is said within this is part of the answer to a command. Delays are 1 ms; a refused send fails after 1 ms. */
const SETTLE_MS = 100;
const full = (port: string): Address => `127.0.0.1:${port}`;
const short = (address: Address): string => address.slice(address.indexOf(':') + 1);
const list = (addresses: readonly Address[]): string =>
  addresses.length === 0 ? 'nobody' : addresses.map(short).join(' ');

export class Conversation {
  private network = this.makeNetwork([]);
  private lines: string[] = [];
  /** Which messages are lost on which way. */
  private dropped: { readonly type: string; readonly way: string } | undefined;
  /** Uuids and hashes by the order in which they were first heard of. */
  private readonly rumorNumbers = new Map<string, number>();
  private readonly hashLetters = new Map<string, string>();

  /** Performs one command. @returns the transcript, line by line */
  perform(command: string): string[] {
    this.lines = [];
    const words = command.split(/\s+/);
    const isQuiet = words[0] === 'quietly';
    const [verb = '', ...rest] = isQuiet ? words.slice(1) : words;
    this.run(verb, rest);
    return isQuiet ? [] : this.lines;
  }

  private run(verb: string, words: readonly string[]): void {
    const node = full(words[0] ?? '');
    switch (verb) {
      case 'network':
        this.network = this.makeNetwork(words);
        return;
      case 'start':
        this.network.start(node, after(words, '->').map(full), Number(after(words, 'remembering')[0] ?? 0));
        if (words.includes('liking')) this.network.publish(node, after(words, 'liking').join(' '));
        return this.settle();
      case 'publish':
        this.publish(node, words);
        return this.settle();
      case 'timer':
        if (words[1] === 'shuffle') this.network.runFor(1.25 * DEFAULT_PARAMETERS.shuffleMs);
        // A lost peer is tried again after a moment.
        if (words[1] === 'search') this.network.runFor(1000);
        this.network.input(node, { type: 'timer', timer: heartbeatOf(this.network.coreOf(node)) });
        return this.settle();
      case 'wait':
        return this.network.runFor(Number(words[0]));
      case 'fire': {
        const [origin = '', version] = words[2]!.split('@');
        const timer: Timer = { name: 'suspicion', origin: full(origin), version: Number(version) };
        this.network.input(node, { type: 'timer', timer });
        return this.settle();
      }
      case 'hear':
        this.network.inject(full(after(words, 'from')[0]!), node, heard(words[1]!, after(words, 'of')[0]));
        return this.settle();
      case 'drop':
        this.dropped = { type: words[0]!, way: words[1]! };
        return;
      case 'deliver':
        this.dropped = undefined;
        return;
      case 'pause':
        return this.network.pause(node);
      case 'resume':
        this.network.resume(node);
        return this.settle();
      case 'partition':
        return this.network.partition(...words.map((group) => group.split(',').map(full)));
      case 'cut': {
        const way = words[0]!.split('-').map(full);
        return this.network.reach((from, to) => !(way.includes(from) && way.includes(to)));
      }
      case 'heal':
        return this.network.heal();
      case 'crash':
        return this.network.crash(node);
      case 'leave':
        this.network.leave(node);
        return this.settle();
      case 'table':
        return this.tellTable(node);
      case 'views':
        return this.tellViews(node);
      default:
        throw new Error(`no such command: ${verb}`);
    }
  }

  private publish(node: Address, words: readonly string[]): void {
    const payload = after(words, words[0]!).join(' ');
    const [key] = after(words, 'as');
    const [withinMs] = after(words, 'within');
    const asked = withinMs === undefined ? {} : { receiptWithinMs: Number(withinMs) };
    this.network.input(node, { type: 'publish', payload, ...(key === undefined ? {} : { key }), ...asked });
  }

  private settle(): void {
    this.network.runFor(SETTLE_MS);
  }

  private makeNetwork(settings: readonly string[]): VirtualNetwork {
    const given = new Map(settings.map((setting) => setting.split('=') as [string, string]));
    const numbers = [...given]
      .filter(([name]) => name in DEFAULT_PARAMETERS)
      .map(([name, value]) => [name, Number(value)]);
    const parameters: Partial<Parameters> = Object.fromEntries(numbers) as Partial<Parameters>;
    const strategy = (given.get('strategy') ?? 'flood') as StrategyName;
    const isMuted = ({ name }: Timer) => name === 'heartbeat';
    const network = new VirtualNetwork({
      seed: Number(given.get('seed') ?? 1),
      parameters,
      strategy,
      timeoutMs: 1,
      unansweredMs: 50,
      isMuted,
    });
    const wires = given.get('wires')?.split(',');
    const isWire = (from: Address, to: Address) => wires?.includes(`${short(from)}-${short(to)}`);
    if (wires !== undefined) network.reach((from, to) => isWire(from, to) === true || isWire(to, from) === true);
    network.onSend.push((from, to, message) => {
      const { type, way } = this.dropped ?? {};
      if (type !== (message.type ?? 'rumor') || way !== `${short(from)}-${short(to)}`) return undefined;
      this.tell(1, `${short(from)} → ${short(to)}  ${this.say(message)}: lost`);
      return 'drop';
    });
    network.onStep.push((address, input, effects) => {
      if (input.type === 'message')
        this.tell(1, `${short(input.from)} → ${short(address)}  ${this.say(input.message)}`);
      if (input.type === 'unreachable') this.tell(1, `${short(address)} → ${short(input.peer)}  cannot be reached`);
      for (const effect of effects) if (effect.type === 'event') this.tellEvent(address, effect.event);
    });
    return network;
  }

  private tell(depth: number, line: string): void {
    this.lines.push(`${'  '.repeat(depth)}${line}`);
  }

  private tellEvent(node: Address, event: CoreEvent): void {
    const line = this.sayEvent(event);
    if (line !== undefined) this.tell(2, `${short(node)} ${line}`);
  }

  private sayEvent(event: CoreEvent): string | undefined {
    switch (event.type) {
      case 'published':
        return `publishes ${this.rumorName(event.uuid)}`;
      case 'applied':
        return `takes ${this.rumorName(event.uuid)}`;
      case 'duplicate':
        return `has seen ${this.rumorName(event.uuid)}`;
      case 'stale':
        return `knows better than ${this.rumorName(event.uuid)}`;
      case 'dropped':
        return event.reason === 'ttl' ? 'passes it on to nobody: its TTL has run out' : 'has no room for it';
      case 'receipt':
        return `knows of ${event.reached} of ${event.of} that hold ${this.rumorName(event.uuid)}, after ${event.afterMs} ms`;
      case 'refuted':
        return `heard of itself at version ${event.heard} (${event.status}), goes to ${event.version}`;
      case 'peerUp':
        return `has peer ${short(event.peer)}`;
      case 'peerDown':
        return `loses peer ${short(event.peer)} (${event.reason})`;
      case 'status':
        return `holds ${short(event.origin)} for ${event.status}`;
      default:
        return undefined;
    }
  }

  private say(message: Message): string {
    if (isRumor(message)) return `rumor ${this.sayRumor(message)}, ttl ${message.ttl}, hop ${message.hops ?? 1}`;
    switch (message.type) {
      case 'peers':
        return `peers: ${list(message.peers)}`;
      case 'neighbor':
        return `neighbor, ${message.priority} priority`;
      case 'disconnect':
        return 'disconnect';
      case 'neighborReply':
        return `neighborReply: ${message.accepted ? 'yes' : 'no'}`;
      case 'shuffle':
        return `shuffle: ${list(message.sample)}`;
      case 'shuffleReply':
        return `shuffleReply: ${list(message.sample)}`;
      case 'heartbeat':
        return `heartbeat, hash ${this.hashName(message.hash)}`;
      case 'digest':
        return `digest${message.buckets === undefined ? '' : ` of ${message.buckets.length} buckets`}: ${message.entries.map(sayEntry).join(', ') || 'nothing'}`;
      case 'delta': {
        const rumors = message.rumors.map((rumor) => this.sayRumor(rumor)).join(', ');
        return `delta: ${rumors}${message.more === true ? ', and there is more' : ''}`;
      }
      case 'iHave':
        return `iHave: ${message.entries.map(([origin, version, , key]) => `${sayName(origin, key)}@${version}`).join(', ')}`;
      case 'graft':
        return `graft: ${message.records.map(([origin, key]) => sayName(origin, key)).join(', ') || sayTrees(message.origins)}`;
      case 'prune':
        return `prune: ${sayTrees(message.origins)}`;
      case 'receipt':
        return `receipt of ${this.rumorName(message.uuid)}: ${list(message.holders)}`;
      case 'probe':
        return `probe ${short(message.target)}`;
      case 'probeReply':
        return `probeReply: ${short(message.target)}, ${message.saw}`;
      case 'want':
        return `want: ${message.records.map(([origin, key]) => sayName(origin, key)).join(', ')}`;
      default:
        return message.type;
    }
  }

  private sayRumor({ uuid, origin, version, key, status, payload, receipt }: Rumor): string {
    const what = status ?? JSON.stringify(payload ?? null);
    const asks = receipt === true ? ', for a receipt' : '';
    return `${this.rumorName(uuid)} ${sayName(origin, key)}@${version} ${what}${asks}`;
  }

  private tellTable(node: Address): void {
    const { records, version } = this.network.snapshot(node);
    this.tell(1, `version ${version}`);
    for (const { origin, key, version: v, uuid, payload, status, hops, via } of records) {
      const how = origin === node ? 'its own' : `via ${short(via)}, ${hops} ${hops === 1 ? 'hop' : 'hops'}`;
      this.tell(
        1,
        `${sayName(origin, key)}@${v} ${JSON.stringify(payload)} ${this.rumorName(uuid)}, ${status}, ${how}`,
      );
    }
  }

  private tellViews(node: Address): void {
    const { peers, lazy, passive } = this.network.snapshot(node);
    this.tell(1, `peers: ${list(peers)}${lazy.length > 0 ? `, of which lazy: ${list(lazy)}` : ''}`);
    this.tell(1, `passive view: ${list(passive)}`);
  }

  private rumorName(uuid: string): string {
    if (!this.rumorNumbers.has(uuid)) this.rumorNumbers.set(uuid, this.rumorNumbers.size + 1);
    return `#${this.rumorNumbers.get(uuid)}`;
  }

  private hashName(hash: string): string {
    if (/^0+$/.test(hash)) return 'of nothing';
    if (!this.hashLetters.has(hash)) this.hashLetters.set(hash, String.fromCharCode(65 + this.hashLetters.size));
    return this.hashLetters.get(hash)!;
  }
}

function heard(word: string, target = ''): Message {
  if (word === 'probe') return { type: 'probe', target: full(target), request: 1 };
  if (word === 'refused') return { type: 'probeReply', target: full(target), saw: 'refused', request: 1 };
  return { type: word === 'pong' ? 'pong' : 'ping', request: 1 };
}

/** The words between this one and the next that means something. */
function after(words: readonly string[], word: string): string[] {
  const rest = words.includes(word) ? words.slice(words.indexOf(word) + 1) : [];
  const end = rest.findIndex((next) => ['remembering', 'liking', 'as', 'from', 'of', 'within'].includes(next));
  return rest.slice(0, end < 0 ? undefined : end);
}

function sayName(origin: Address, key: string | undefined): string {
  return key === undefined ? short(origin) : `${short(origin)}/${key}`;
}

function sayTrees(origins: readonly Address[] | undefined): string {
  return origins === undefined ? 'in all trees' : `in the tree of ${origins.map(short).join(', ')}`;
}

function sayEntry([origin, version, check, key]: DigestEntry): string {
  const isClaim = ['suspect', 'down', 'left'].includes(check);
  return `${sayName(origin, key)}@${version}${isClaim ? ` ${check}` : ''}`;
}
