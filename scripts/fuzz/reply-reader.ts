/** Reads replies from the bytes of a connection. No client of Node's would send what is sent here, so none can read the answers. */

export interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_HEAD_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

export class BadReply extends Error {}

/** Of one reply after another. */
export class ReplyReader {
  private rest: Buffer = NOTHING;
  private head: { status: number; headers: ReadonlyMap<string, string>; isBodiless: boolean } | undefined;
  private chunks: Buffer[] = [];

  /** @param isHead whether the next reply answers a HEAD */
  expect(isHead: boolean): void {
    this.isHead = isHead;
  }
  private isHead = false;

  /** What of a reply without an end has come so far. */
  get soFar(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** The status of a reply whose body is still to come. */
  get status(): number | undefined {
    return this.head?.status;
  }

  get isEndless(): boolean {
    return this.head?.headers.get('content-type')?.startsWith('text/event-stream') === true;
  }

  /** @returns the reply, as soon as it is whole @throws BadReply */
  take(chunk: Buffer): Reply | undefined {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.head === undefined) if (!this.readHead()) return undefined;
    const { status, headers, isBodiless } = this.head;
    const body = isBodiless ? NOTHING : this.readBody(headers);
    if (body === undefined) return undefined;
    this.head = undefined;
    this.chunks = [];
    return { status, headers, body };
  }

  private readHead(): boolean {
    const end = this.rest.indexOf(HEAD_END);
    if (end < 0) {
      if (this.rest.length > MAX_HEAD_BYTES) throw new BadReply('the head of a reply has no end');
      return false;
    }
    const [first = '', ...lines] = this.rest.toString('latin1', 0, end).split('\r\n');
    this.rest = this.rest.subarray(end + HEAD_END.length);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (Number.isNaN(status)) throw new BadReply(`no reply begins with ${JSON.stringify(first.slice(0, 80))}`);
    if (status < 200 && status !== 101) return this.rest.length > 0;
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.head = { status, headers, isBodiless: this.isHead || status === 204 || status === 304 };
    return true;
  }

  /** @returns `undefined` while some of it is to come */
  private readBody(headers: ReadonlyMap<string, string>): Buffer | undefined {
    if (headers.get('transfer-encoding') === 'chunked') return this.readChunks();
    const length = Number(headers.get('content-length') ?? 0);
    if (this.rest.length < length) return undefined;
    return this.taken(length);
  }

  private readChunks(): Buffer | undefined {
    for (;;) {
      const end = this.rest.indexOf('\r\n');
      if (end < 0) return undefined;
      const length = Number.parseInt(this.rest.toString('latin1', 0, end), 16);
      if (Number.isNaN(length)) throw new BadReply('a chunk without a length');
      if (this.rest.length < end + 2 + length + 2) return undefined;
      this.taken(end + 2);
      const chunk = this.taken(length);
      this.taken(2);
      if (length === 0) return this.soFar;
      this.chunks.push(chunk);
    }
  }

  private taken(length: number): Buffer {
    const part = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return part;
  }
}
