/** One chat's log as this client knows it: whole from 1 on, in order, nothing twice. */
import type { Entry } from './protocol.ts';

export interface ChatLogOptions {
  chat: string;
  /** Asks the server for what follows `after`; may give fewer than there are, never none while there are more. */
  sync(after: number): Promise<{ entries: Entry[]; last: number }>;
  changed?(added: Entry[]): void;
  /** What is known already, from 1 on without a gap: the log of a tab that led before. */
  entries?: Entry[];
}

export class ChatLog {
  readonly entries: Entry[];
  readonly chat: string;
  /** Entries that came before those they follow. They are shown when the gap is filled. */
  private readonly early_ = new Map<number, Entry>();
  private heard_ = 0;
  private repairing_ = false;

  constructor(private readonly options_: ChatLogOptions) {
    this.chat = options_.chat;
    this.entries = [...(options_.entries ?? [])];
  }

  /** The `seq` up to which nothing is missing: what a resume names as `after`. */
  get last(): number {
    return this.entries.length;
  }

  /** Takes an entry, in whatever order it comes; a gap before it is asked for. */
  add(...entries: Entry[]): void {
    for (const entry of entries) {
      if (entry.chat === this.chat && entry.seq > this.last) this.early_.set(entry.seq, entry);
    }
    const added: Entry[] = [];
    for (let next = this.early_.get(this.last + 1); next; next = this.early_.get(this.last + 1)) {
      this.early_.delete(next.seq);
      this.entries.push(next);
      added.push(next);
    }
    if (added.length) this.options_.changed?.(added);
    if (this.early_.size) this.hear(Math.max(...this.early_.keys()));
  }

  /** Somebody said that the log reaches up to `last` (a tick, a chat's state): fetches what is missing. */
  hear(last: number): void {
    this.heard_ = Math.max(this.heard_, last);
    if (this.heard_ > this.last && !this.repairing_) void this.repair_();
  }

  private async repair_(): Promise<void> {
    this.repairing_ = true;
    try {
      while (this.last < this.heard_) {
        const before = this.last;
        const { entries, last } = await this.options_.sync(before);
        this.heard_ = Math.max(this.heard_, last);
        this.add(...entries);
        if (this.last === before) break;
      }
    } catch {
      // The connection broke or the store is away: the next resume, tick or entry asks again.
    } finally {
      this.repairing_ = false;
    }
  }
}
