/** A visitor's line to the desk, which can be cut, and frames on it held back. The page must not be loaded yet. */
import type { Page, WebSocketRoute } from 'playwright-core';

export class Line {
  private route_: WebSocketRoute | undefined;
  private down_ = false;
  private holding_ = false;
  private readonly held_: (() => void)[] = [];

  static async of(page: Page): Promise<Line> {
    const line = new Line();
    await page.routeWebSocket(/\/ws\/visitor$/, (route) => line.take_(route));
    return line;
  }

  private take_(route: WebSocketRoute): void {
    if (this.down_) return void route.close({ code: 1012 });
    this.route_ = route;
    const server = route.connectToServer();
    route.onMessage((frame) => {
      if (this.holding_) this.held_.push(() => server.send(frame));
      else server.send(frame);
    });
  }

  /** The server ends the connection with this code. */
  async end(code: number): Promise<void> {
    await this.route_?.close({ code });
  }

  /** The server is away, until `up`. */
  async down(): Promise<void> {
    this.down_ = true;
    await this.end(1012);
  }
  up(): void {
    this.down_ = false;
  }

  /** What the page says does not reach the server, until `release`. */
  hold(): void {
    this.holding_ = true;
  }
  release(): void {
    this.holding_ = false;
    for (const send of this.held_.splice(0)) send();
  }
}
