/**
 * One serf agent's RPC, as much of it as the bench needs: MessagePack objects over TCP, a header before each body.
 * https://github.com/hashicorp/serf/blob/master/docs/agent/rpc.html.markdown
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decodeMultiStream, encode } from '@msgpack/msgpack';
import { pause } from './measured-process.ts';

const PATIENCE_MS = 60_000;
const RETRY_MS = 50;

export interface Member {
  readonly Name: string;
  readonly Status: string;
}

export type AgentEvent =
  | { readonly Event: 'user'; readonly Name: string; readonly Payload: Uint8Array }
  | { readonly Event: 'member-join' | 'member-failed'; readonly Members: readonly Member[] };

interface Header {
  readonly Seq: number;
  readonly Error: string;
}

interface Call {
  readonly hasBody: boolean;
  readonly resolve: (body: never) => void;
  readonly reject: (error: Error) => void;
}

export class SerfAgent {
  private readonly calls = new Map<number, Call>();
  private readonly stream: { seq?: number } = {};
  private seq = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly onEvent: (event: AgentEvent) => void,
  ) {
    socket.setNoDelay(true);
    // A killed agent's connection breaks: what is under way comes to nothing.
    socket.on('error', () => undefined);
    void this.read().catch(() => undefined);
  }

  /** Resolves when the agent listens. */
  static async connect(port: number, onEvent: (event: AgentEvent) => void): Promise<SerfAgent> {
    for (const deadline = performance.now() + PATIENCE_MS; ; await pause(RETRY_MS)) {
      const socket = connect(port, '127.0.0.1');
      try {
        await once(socket, 'connect');
      } catch (error) {
        if (performance.now() > deadline) throw error;
        continue;
      }
      const agent = new SerfAgent(socket, onEvent);
      await agent.call('handshake', { Version: 1 });
      return agent;
    }
  }

  async members(): Promise<readonly Member[]> {
    const { Members } = await this.call<{ Members: readonly Member[] }>('members', undefined, true);
    return Members;
  }

  /** Has all members told of it. */
  async fire(name: string, payload: string): Promise<void> {
    await this.call('event', { Name: name, Payload: payload, Coalesce: false });
  }

  /** Has events told, or told no more. */
  async watch(isOn: boolean): Promise<void> {
    if (isOn) {
      this.stream.seq = this.seq;
      await this.call('stream', { Type: '*' });
    } else if (this.stream.seq !== undefined) {
      await this.call('stop', { Stop: this.stream.seq });
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private call<Body>(command: string, body?: object, hasBody = false): Promise<Body> {
    const seq = this.seq++;
    const header = encode({ Command: command, Seq: seq });
    return new Promise((resolve, reject) => {
      this.calls.set(seq, { hasBody, resolve, reject });
      this.socket.write(body === undefined ? header : Buffer.concat([header, encode(body)]));
    });
  }

  private async read(): Promise<void> {
    let call: Call | undefined;
    let isEventNext = false;
    for await (const object of decodeMultiStream(this.socket)) {
      if (call !== undefined) {
        call.resolve(object as never);
        call = undefined;
      } else if (isEventNext) {
        this.onEvent(object as AgentEvent);
        isEventNext = false;
      } else {
        const { Seq, Error: error } = object as Header;
        const answered = this.calls.get(Seq);
        this.calls.delete(Seq);
        isEventNext = answered === undefined && Seq === this.stream.seq;
        if (error !== '') answered?.reject(new Error(`serf: ${error}`));
        else if (answered?.hasBody === true) call = answered;
        else answered?.resolve(undefined as never);
      }
    }
  }
}
