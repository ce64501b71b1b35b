import { isRumor, type Message, type Rumor } from '../core/index.ts';
import { MAX_OUTBOX_BYTES } from './limits.ts';

/**
 * What waits to go to one peer. A newer message of the same kind about the same thing takes the place of the older one, so
 * of rumors an outbox never holds more than one per origin and key, however slow the peer is; and never more than so many bytes of
 * all: the oldest makes room.
 */
export class Outbox {
  private readonly waiting = new Map<string, Message>();
  private bytes = 0;

  /** @returns how many had to make room */
  put(message: Message): number {
    const slot = slotOf(message);
    const held = this.waiting.get(slot);
    if (held !== undefined && isRumor(held) && isRumor(message) && saysMore(held, message)) return 0;
    if (held !== undefined) this.bytes -= textOf(held).bytes;
    // A rumor keeps the place of the one it replaces; of links, what was said last must be heard last.
    if (!isRumor(message)) this.waiting.delete(slot);
    this.waiting.set(slot, message);
    this.bytes += textOf(message).bytes;
    return this.makeRoom();
  }

  private makeRoom(): number {
    let dropped = 0;
    for (const [slot, oldest] of this.waiting) {
      if (this.bytes <= MAX_OUTBOX_BYTES) break;
      this.waiting.delete(slot);
      this.bytes -= textOf(oldest).bytes;
      dropped++;
    }
    return dropped;
  }

  /**
   * Takes messages, oldest first, while their JSON fits `room`.
   *
   * @param tooLarge is told of each that would not even fit `maxBytes`, which is thrown away
   */
  take(
    maxBytes: number,
    tooLarge: (message: Message, bytes: number) => void = () => {},
    room = maxBytes,
  ): { messages: Message[]; parts: string[] } {
    const messages: Message[] = [];
    const parts: string[] = [];
    let bytes = 0;
    for (const [slot, message] of this.waiting) {
      const { json, bytes: length } = textOf(message);
      const size = length + 1;
      if (bytes + size > room && (messages.length > 0 || size <= maxBytes)) break;
      this.waiting.delete(slot);
      this.bytes -= length;
      if (size > maxBytes) {
        tooLarge(message, size);
        continue;
      }
      bytes += size;
      messages.push(message);
      parts.push(json);
    }
    return { messages, parts };
  }

  /** What waits longest. */
  get oldest(): Message | undefined {
    return this.waiting.values().next().value;
  }

  /** @returns `false` when it has gone already, or a newer one has taken its place */
  remove(message: Message): boolean {
    const slot = slotOf(message);
    if (this.waiting.get(slot) !== message) return false;
    this.waiting.delete(slot);
    this.bytes -= textOf(message).bytes;
    return true;
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** @returns what waited */
  clear(): Message[] {
    const messages = [...this.waiting.values()];
    this.waiting.clear();
    this.bytes = 0;
    return messages;
  }
}

/** Is it newer, or the same and for more hops? */
function saysMore(held: Rumor, message: Rumor): boolean {
  return held.version > message.version || (held.uuid === message.uuid && held.ttl > message.ttl);
}

interface Text {
  readonly json: string;
  readonly bytes: number;
}

/** One rumor goes to many peers: its JSON is made once. */
const textOfMessage = new WeakMap<Message, Text>();

function textOf(message: Message): Text {
  let text = textOfMessage.get(message);
  if (text === undefined) {
    const json = JSON.stringify(message);
    text = { json, bytes: Buffer.byteLength(json) };
    textOfMessage.set(message, text);
  }
  return text;
}

/** Messages with the same slot replace each other. What adds to an earlier one has a slot of its own. */
function slotOf(message: Message): string {
  switch (message.type) {
    case undefined:
    case 'rumor':
      return `${message.status === undefined ? 'rumor' : 'claim'} ${message.origin} ${message.key ?? ''}`;
    case 'probe':
    case 'probeReply':
      return `${message.type} ${message.target}`;
    case 'iHave':
    case 'prune':
    case 'graft':
    case 'receipt':
      return textOf(message).json;
    case 'delta':
      return `delta ${message.rumors[0]?.uuid ?? ''}`;
    default:
      return message.type;
  }
}
