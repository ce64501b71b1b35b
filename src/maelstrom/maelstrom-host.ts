/**
 * One node under Maelstrom: answers its clients, and hands what other nodes say to the core. Lines go in and out as
 * strings; where they come from, the clock and the alarms are handed in, so that a test runs it in virtual time.
 *
 * A value is a keyed record, and its key is made of the value alone: whoever hears of a value twice, or again after a
 * restart, has one. Links are one way here: another node is answered only when there is something to say.
 *
 * A node says nothing of itself before it is told something after `init`: until every node has answered its own, the network
 * may not know whom it speaks to, and Maelstrom ends a run over a message to nobody.
 */
import { createHash } from 'node:crypto';
import { GossipNode } from '../core/index.ts';
import type { Address, Effects, Millis, Payload, Random, Status } from '../core/index.ts';
import type { SetAlarm } from '../http/clock.ts';
import { decodeBatch, checkPayload, explainBatch } from '../http/decoder.ts';
import { Driver } from '../http/driver.ts';
import { MAX_NAME_LENGTH } from '../http/limits.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { BatchingTransport } from './batching-transport.ts';
import { addressOf, ERROR, nameOf, readLine, type Asker, type Body } from './lines.ts';
import { neighboursOf } from './neighbours.ts';
import { parametersFor, type MaelstromTuning } from './parameters.ts';
import { Relay } from './relay.ts';

export interface MaelstromHostOptions extends MaelstromTuning {
  /** Writes one line, without its end. */
  readonly write: (line: string) => void;
  /** Told what a log should warn of. */
  readonly warn: (warning: string) => void;
  readonly now: () => Millis;
  readonly setAlarm: SetAlarm;
  readonly randomFor: (self: Address) => Random;
}

/** How long after its first message a node waits for the topology before it takes links of its own. A guess: many round trips of clients. */
const TOPOLOGY_PATIENCE_MS = 500;

export class MaelstromHost {
  private driver: Driver | undefined;
  private others: ReadonlySet<string> = new Set();
  private members: readonly Address[] = [];
  /** Of the members, those who are told to be down or to have left. */
  private readonly down = new Set<Address>();
  private isStarted = false;
  private isWaiting = false;
  private readonly keys = new Set<string>();
  private readonly values: Payload[] = [];

  constructor(private readonly options: MaelstromHostOptions) {}

  /** One line of input. Never throws, whatever it says. */
  receive(line: string): void {
    if (line.trim() === '') return;
    const read = readLine(line);
    if ('problem' in read) {
      this.options.warn(`malformed line: ${read.problem}`);
      if (read.asker !== undefined) this.refuse(read.asker, ERROR.malformedRequest, read.problem);
      return;
    }
    const { request, asker } = read;
    const wasInitialised = this.driver !== undefined;
    const isForUs = this.driver === undefined || addressOf(request.dest) === this.driver.self;
    if (!isForUs) this.options.warn(`a line for ${request.dest.slice(0, 60)}, who is somebody else`);
    else if (this.others.has(request.src)) this.receiveFromNode(request.src, request.body);
    else this.answer(asker, request.body);
    if (isForUs && wasInitialised) this.awaitTopology();
  }

  /** What a read answers, in the order it came. */
  get messages(): readonly Payload[] {
    return this.values;
  }

  /** How many nodes this one talks to. */
  get peerCount(): number {
    return this.driver?.snapshot().peers.length ?? 0;
  }

  stop(): void {
    this.driver?.stop();
  }

  private answer(asker: Asker, body: Body): void {
    if (body.in_reply_to !== undefined || body.type === 'error') return;
    if (body.type === 'init') return this.init(asker, body);
    // Another node was told who it is before us. It will try again, and an answer would count as a message.
    if (this.driver === undefined && body.type === 'gossip') return;
    if (this.driver === undefined) return this.refuse(asker, ERROR.temporarilyUnavailable, 'not initialised');
    switch (body.type) {
      case 'topology':
        this.start(body.topology);
        return this.reply(asker, { type: 'topology_ok' });
      case 'broadcast':
        return this.broadcast(this.driver, asker, body.message);
      case 'read':
        return this.reply(asker, { type: 'read_ok', messages: this.values });
      default:
        return this.refuse(asker, ERROR.notSupported, `unknown request ${JSON.stringify(body.type.slice(0, 60))}`);
    }
  }

  private init(asker: Asker, { node_id: name, node_ids: names }: Body): void {
    const self = addressOf(name);
    if (self === undefined) return this.refuse(asker, ERROR.malformedRequest, 'node_id: must be a name');
    const all = Array.isArray(names) ? names.map(addressOf) : [undefined];
    if (!all.every((address) => address !== undefined)) {
      return this.refuse(asker, ERROR.malformedRequest, 'node_ids: must be names');
    }
    if (this.driver !== undefined) {
      if (this.driver.self === self) return this.reply(asker, { type: 'init_ok' });
      return this.refuse(asker, ERROR.preconditionFailed, `already initialised as ${nameOf(this.driver.self)}`);
    }
    this.members = all;
    this.others = new Set(all.filter((address) => address !== self).map(nameOf));
    this.driver = this.createDriver(self);
    this.reply(asker, { type: 'init_ok' });
  }

  private createDriver(self: Address): Driver {
    const { batchMs, now, setAlarm, randomFor } = this.options;
    const transport = new BatchingTransport(batchMs, setAlarm, (to, messages, parts) => {
      for (const message of messages) driver.recordSent(to, message);
      const [src, dest] = [JSON.stringify(nameOf(self)), JSON.stringify(nameOf(to))];
      this.options.write(`{"src":${src},"dest":${dest},"body":{"type":"gossip","messages":[${parts.join(',')}]}}`);
    });
    const parameters = parametersFor(this.options);
    const isDown = (member: Address): boolean => this.down.has(member);
    const strategy = (effects: Effects) => new Relay(self, this.members, isDown, effects);
    const core = new GossipNode({ self, random: randomFor(self), parameters, strategy });
    const driver = new Driver(core, transport, now, setAlarm);
    driver.subscribe((event) => this.keep(event));
    return driver;
  }

  /** The topology is the usual first message after `init`; whatever the first is, a node is at work soon after it. */
  private awaitTopology(): void {
    if (this.isStarted || this.isWaiting) return;
    this.isWaiting = true;
    this.options.setAlarm(() => this.start(undefined), TOPOLOGY_PATIENCE_MS);
  }

  private start(topology: unknown): void {
    if (this.driver === undefined || this.isStarted) return;
    this.isStarted = true;
    const peers = neighboursOf(this.driver.self, this.members, topology);
    this.driver.handle({ type: 'start', contacts: [], peers });
  }

  /** The values of the table's keyed records; nothing is ever reaped here, and a value never changes. */
  private keep(event: TraceEvent): void {
    if (event.type === 'status') this.noteStatus(event.origin, event.status);
    if (event.type !== 'published' && event.type !== 'applied') return;
    const { key, payload } = event;
    if (key === undefined || payload === undefined || this.keys.has(key)) return;
    this.keys.add(key);
    this.values.push(payload);
  }

  private noteStatus(member: Address, status: Status): void {
    if (status === 'down' || status === 'left') this.down.add(member);
    else this.down.delete(member);
  }

  private broadcast(driver: Driver, asker: Asker, value: unknown): void {
    if (value === undefined) return this.refuse(asker, ERROR.malformedRequest, 'message: missing');
    const payload = value as Payload;
    const problem = checkPayload(payload);
    if (problem !== undefined) return this.refuse(asker, ERROR.notSupported, problem);
    const key = keyOf(payload);
    if (!this.keys.has(key)) driver.handle({ type: 'publish', payload, key });
    this.reply(asker, { type: 'broadcast_ok' });
  }

  private receiveFromNode(src: string, body: Body): void {
    const from = addressOf(src);
    if (body.type !== 'gossip' || !Array.isArray(body.messages) || from === undefined) {
      this.options.warn(`${src} said something that is not gossip: ${body.type.slice(0, 60)}`);
      return;
    }
    const { messages, refusals } = decodeBatch(body.messages);
    for (const message of messages) this.driver?.handle({ type: 'message', from, message });
    void explainBatch(refusals).then(([first]) => {
      if (first !== undefined) this.options.warn(`refused ${refusals.length} from ${src}: ${first.error}`);
    });
  }

  private refuse(asker: Asker, code: number, text: string): void {
    this.reply(asker, { type: 'error', code, text });
  }

  /** Other nodes are never answered: two that do not understand each other would go on for ever. */
  private reply({ src: dest, dest: asked, messageId }: Asker, body: Body): void {
    if (this.others.has(dest)) return;
    const reference = messageId === undefined ? {} : { in_reply_to: messageId };
    const src = this.driver === undefined ? asked : nameOf(this.driver.self);
    this.options.write(JSON.stringify({ src, dest, body: { ...body, ...reference } }));
  }
}

/** The value itself as long as that is short enough for a key. */
function keyOf(value: Payload): string {
  const json = JSON.stringify(value);
  return json.length <= MAX_NAME_LENGTH ? json : createHash('sha256').update(json).digest('hex');
}
