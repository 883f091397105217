/**
 * What was written and is not acknowledged yet. It outlives reloads, keeps its order, and is sent again under the same
 * `client_id`, by which the server knows a repetition.
 */
import { type FailureCode, RequestError } from './connection.ts';
import type { Requests, RequestType } from './protocol.ts';

export interface OutboxItem<T extends RequestType = RequestType> {
  client_id: string;
  type: T;
  fields: Requests[T];
  /** When it was written, by this device's clock. */
  at: number;
}

export interface OutboxStorage {
  load(): OutboxItem[];
  save(items: OutboxItem[]): void;
}

export interface OutboxOptions {
  send(item: OutboxItem): Promise<object>;
  storage?: OutboxStorage;
  /** The server has it. Called before the item leaves `items`, so that a view can change one for the other. */
  delivered?(item: OutboxItem, ok: object): void;
  /** The server will never take it (`chat_closed`, `bad_field`, …); the item has left the outbox. */
  refused?(item: OutboxItem, error: RequestError): void;
  /** The list has changed, or whether its head is being retried. */
  changed?(): void;
}

const RETRY_MS = 1_000;
const RETRIED: readonly FailureCode[] = ['unavailable', 'slow_down'];

/** 128 random bits. Not `randomUUID`, which pages without https do not have. */
export function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Outbox {
  items: OutboxItem[];
  private sending_ = false;
  private open_ = false;
  private timer_: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options_: OutboxOptions) {
    this.items = options_.storage?.load() ?? [];
  }

  add<T extends RequestType>(type: T, fields: Requests[T], client_id = newClientId()): void {
    // A command that was repeated by another tab is here already.
    if (this.items.some((item) => item.client_id === client_id)) return;
    this.items.push({ client_id, type, fields, at: Date.now() } as OutboxItem);
    this.save_();
    void this.flush_();
  }

  remove(client_id: string): void {
    this.items = this.items.filter((item) => item.client_id !== client_id);
    this.save_();
  }

  /** The connection is ready: sends what waits, the oldest first. */
  resume(): void {
    this.open_ = true;
    void this.flush_();
  }

  /** The connection is gone: nothing is sent until `resume`. */
  pause(): void {
    this.open_ = false;
    this.clearTimer_();
  }

  private save_(): void {
    this.options_.storage?.save(this.items);
    this.options_.changed?.();
  }

  private clearTimer_(): void {
    clearTimeout(this.timer_);
    this.timer_ = undefined;
  }

  /** One at a time: only so does a message that was refused for its rate not come behind the one after it. */
  private async flush_(): Promise<void> {
    if (this.sending_ || this.timer_ !== undefined) return;
    this.sending_ = true;
    try {
      for (let item = this.items[0]; item && this.open_; item = this.items[0]) {
        const ok = await this.options_.send(item);
        this.options_.delivered?.(item, ok);
        this.remove(item.client_id);
      }
    } catch (error) {
      this.failed_(error instanceof RequestError ? error : new RequestError('disconnected'));
    } finally {
      this.sending_ = false;
    }
    if (this.open_ && this.timer_ === undefined && this.items.length) void this.flush_();
  }

  private failed_(error: RequestError): void {
    const item = this.items[0];
    if (error.code === 'disconnected') return this.pause();
    if (!item) return;
    if (RETRIED.includes(error.code)) {
      this.timer_ = setTimeout(() => {
        this.timer_ = undefined;
        void this.flush_();
      }, error.retry_after_ms ?? RETRY_MS);
      return;
    }
    this.remove(item.client_id);
    this.options_.refused?.(item, error);
  }
}
