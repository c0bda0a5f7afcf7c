/** A socket whose other end is the test. */
export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  static made: FakeSocket[] = [];

  static reset(): void {
    FakeSocket.made = [];
  }

  /** The newest socket to an address that contains `part`. */
  static to(part: string): FakeSocket {
    const found = FakeSocket.made.filter((socket) => socket.url.includes(part)).at(-1);
    if (!found) throw new Error(`nothing connected to ${part}`);
    return found;
  }

  readyState = FakeSocket.CONNECTING;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = FakeSocket.CLOSED;
  }

  greet(seq = 0): void {
    this.readyState = FakeSocket.OPEN;
    this.say({ type: 'connection_established', seq });
  }

  say(frame: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code: number): void {
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.({ code });
  }
}
