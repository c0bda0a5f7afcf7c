import { endSessionIfRefused, refreshAccessToken } from './client';
import { toProblem } from './problem';
import { getAccessToken, onAccessToken } from './token';

export type SocketState = 'connecting' | 'open' | 'waiting' | 'refused' | 'closed';

// biome-ignore lint/suspicious/noExplicitAny: frames are narrowed by their type where they are read
export type Frame = { type: string } & Record<string, any>;

interface Options {
  onFrame: (frame: Frame) => void;
  onState?: (state: SocketState) => void;
  /** What to say as soon as the server has greeted, such as where to resume. */
  onReady?: (socket: LiveSocket, greeting: Frame) => void;
}

const SUBPROTOCOL = 'tts.v1';
const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 5_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
const TOO_FAST_DELAY_MS = 10_000;
const CLOSE_TOKEN = 4401;
const CLOSE_NO_RIGHT = 4403;
const CLOSE_TOO_FAST = 4429;

/** A socket that keeps itself alive: greets, pings, renews its token in-band, and comes back with back-off. */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private attempts = 0;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;
  private answered = true;
  private stopped = false;
  private state: SocketState = 'connecting';
  private readonly stopTokenListener: () => void;

  constructor(
    private readonly path: string,
    private readonly options: Options,
  ) {
    this.stopTokenListener = onAccessToken((token) => {
      if (token) this.send({ type: 'renew', token });
    });
    window.addEventListener('online', this.retryNow);
    window.addEventListener('offline', this.drop);
    document.addEventListener('visibilitychange', this.onVisible);
    this.connect();
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  send(frame: Frame): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ask whether the other end is still there, without waiting for the next ping: a dead line is given up soon. */
  check(): void {
    if (!this.isOpen || this.checkTimer) return;
    this.answered = false;
    this.send({ type: 'ping', timestamp: new Date().toISOString() });
    this.checkTimer = setTimeout(() => {
      this.checkTimer = undefined;
      if (!this.answered) this.drop();
    }, ANSWER_WITHIN_MS);
  }

  close(): void {
    this.stopped = true;
    this.stopTokenListener();
    window.removeEventListener('online', this.retryNow);
    window.removeEventListener('offline', this.drop);
    document.removeEventListener('visibilitychange', this.onVisible);
    clearTimeout(this.retryTimer);
    clearTimeout(this.checkTimer);
    clearInterval(this.pingTimer);
    this.socket?.close(1000);
    this.moveTo('closed');
  }

  private connect(): void {
    const token = getAccessToken();
    if (this.stopped || !token) return;
    this.moveTo('connecting');
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${window.location.host}/ws/${this.path}/`, [
      SUBPROTOCOL,
      token,
    ]);
    this.socket = socket;
    socket.onmessage = (message) => {
      if (socket === this.socket) this.receive(String(message.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.onClosed(event.code);
    };
  }

  private receive(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.answered = true;
    if (frame.type === 'connection_established') {
      this.attempts = 0;
      this.moveTo('open');
      clearInterval(this.pingTimer);
      this.pingTimer = setInterval(() => this.ping(), PING_EVERY_MS);
      this.options.onReady?.(this, frame);
    }
    if (frame.type !== 'pong') this.options.onFrame(frame);
  }

  private ping(): void {
    // Silence for a whole interval means a dead line that TCP has not noticed yet.
    if (!this.answered) {
      this.drop();
      return;
    }
    this.answered = false;
    this.send({ type: 'ping', timestamp: new Date().toISOString() });
  }

  /** Let go of a line that is dead, whatever TCP still believes. */
  private readonly drop = (): void => {
    if (!this.socket) return;
    this.socket.close(4000);
    this.onClosed(4000);
  };

  private onClosed(code: number): void {
    clearInterval(this.pingTimer);
    clearTimeout(this.checkTimer);
    this.checkTimer = undefined;
    this.socket = null;
    this.answered = true;
    if (this.stopped) return;
    if (code === CLOSE_NO_RIGHT) {
      this.moveTo('refused');
      return;
    }
    this.moveTo('waiting');
    if (code === CLOSE_TOKEN && this.attempts === 0) {
      this.attempts += 1;
      refreshAccessToken().then(
        () => this.connect(),
        (error) => {
          const problem = toProblem(error);
          if (problem.status === 0 || problem.status >= 500) this.retryLater(0);
          else {
            this.moveTo('refused');
            endSessionIfRefused(problem);
          }
        },
      );
      return;
    }
    this.retryLater(code === CLOSE_TOO_FAST ? TOO_FAST_DELAY_MS : 0);
  }

  private retryLater(atLeastMs: number): void {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Half fixed, half random: a restarted server is not greeted by every tab in the same moment.
    const delay = Math.max(atLeastMs, ceiling / 2 + (Math.random() * ceiling) / 2);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), delay);
  }

  private readonly retryNow = (): void => {
    if (this.state !== 'waiting') return;
    clearTimeout(this.retryTimer);
    this.connect();
  };

  private readonly onVisible = (): void => {
    if (document.visibilityState !== 'visible') return;
    this.retryNow();
    // A machine that slept wakes up with a line that is open in name only.
    this.check();
  };

  private moveTo(state: SocketState): void {
    if (this.state === state && state !== 'connecting') return;
    this.state = state;
    this.options.onState?.(state);
  }
}
