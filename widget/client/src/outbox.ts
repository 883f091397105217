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
  private sending = false;
  private open = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: OutboxOptions) {
    this.items = options.storage?.load() ?? [];
  }

  add<T extends RequestType>(type: T, fields: Requests[T], client_id = newClientId()): void {
    // A command that was repeated by another tab is here already.
    if (this.items.some((item) => item.client_id === client_id)) return;
    this.items.push({ client_id, type, fields, at: Date.now() } as OutboxItem);
    this.save();
    void this.flush();
  }

  remove(client_id: string): void {
    this.items = this.items.filter((item) => item.client_id !== client_id);
    this.save();
  }

  /** The connection is ready: sends what waits, the oldest first. */
  resume(): void {
    this.open = true;
    void this.flush();
  }

  /** The connection is gone: nothing is sent until `resume`. */
  pause(): void {
    this.open = false;
    this.clearTimer();
  }

  private save(): void {
    this.options.storage?.save(this.items);
    this.options.changed?.();
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** One at a time: only so does a message that was refused for its rate not come behind the one after it. */
  private async flush(): Promise<void> {
    if (this.sending || this.timer !== undefined) return;
    this.sending = true;
    try {
      for (let item = this.items[0]; item && this.open; item = this.items[0]) {
        const ok = await this.options.send(item);
        this.options.delivered?.(item, ok);
        this.remove(item.client_id);
      }
    } catch (error) {
      this.failed(error instanceof RequestError ? error : new RequestError('disconnected'));
    } finally {
      this.sending = false;
    }
    if (this.open && this.timer === undefined && this.items.length) void this.flush();
  }

  private failed(error: RequestError): void {
    const item = this.items[0];
    if (error.code === 'disconnected') return this.pause();
    if (!item) return;
    if (RETRIED.includes(error.code)) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.flush();
      }, error.retry_after_ms ?? RETRY_MS);
      return;
    }
    this.remove(item.client_id);
    this.options.refused?.(item, error);
  }
}
