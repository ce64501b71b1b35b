import {
  isRumor,
  type Address,
  type Heartbeat,
  type Message,
  type Payload,
  type Receipt,
  type Rumor,
} from '../core/index.ts';

const RUMOR_CHARACTERS = '{"uuid":"","origin":"","version":,"ttl":}'.length;
const HEARTBEAT_CHARACTERS = '{"type":"heartbeat","hash":""}'.length;

const RECEIPT_CHARACTERS = '{"type":"receipt","uuid":"","origin":"","holders":}'.length;
const SHUFFLE_CHARACTERS = '{"type":"shuffle","sample":}'.length;

/**
 * The length of messages' JSON, without making it for the kinds that most messages are. A message goes to several
 * peers, and a payload through the whole network: so the last of each is remembered.
 */
export class MessageSizes {
  private message: Message | undefined;
  private messageCharacters = 0;
  private payload: Payload | undefined;
  private payloadCharacters = 0;

  of(message: Message): number {
    if (message !== this.message) {
      this.message = message;
      this.messageCharacters = this.measure(message);
    }
    return this.messageCharacters;
  }

  private measure(message: Message): number {
    if (isRumor(message)) return this.ofRumor(message);
    if (message.type === 'heartbeat') return ofHeartbeat(message);
    if (message.type === 'shuffle') return SHUFFLE_CHARACTERS + ofAddresses(message.sample);
    if (message.type === 'receipt') return ofReceipt(message);
    return JSON.stringify(message).length;
  }

  private ofRumor(rumor: Rumor): number {
    const { type, uuid, origin, version, ttl, hops, key, status, payload, receipt } = rumor;
    let characters = RUMOR_CHARACTERS + uuid.length + origin.length + digitsOf(version) + digitsOf(ttl);
    if (type !== undefined) characters += '"type":"rumor",'.length;
    if (hops !== undefined) characters += '"hops":,'.length + digitsOf(hops);
    if (key !== undefined) characters += '"key":,'.length + JSON.stringify(key).length;
    if (status !== undefined) characters += '"status":"",'.length + status.length;
    if (payload !== undefined) characters += '"payload":,'.length + this.ofPayload(payload);
    if (receipt !== undefined) characters += '"receipt":,'.length + String(receipt).length;
    return characters;
  }

  private ofPayload(payload: Payload): number {
    if (payload !== this.payload) {
      this.payload = payload;
      this.payloadCharacters = JSON.stringify(payload).length;
    }
    return this.payloadCharacters;
  }
}

function ofHeartbeat({ hash, until }: Heartbeat): number {
  let characters = HEARTBEAT_CHARACTERS + hash.length;
  if (until !== undefined) characters += '"until":,'.length + digitsOf(until);
  return characters;
}

function ofReceipt({ uuid, origin, holders }: Receipt): number {
  return RECEIPT_CHARACTERS + uuid.length + origin.length + ofAddresses(holders);
}

/** In quotes, with commas between, in brackets. An address has nothing to escape. */
function ofAddresses(addresses: readonly Address[]): number {
  let characters = addresses.length === 0 ? 2 : 1;
  for (const address of addresses) characters += address.length + 3;
  return characters;
}

/** Of a whole number that is not negative. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  return digits;
}
