/** A customer's own web site, on another origin and under a strict policy, that embeds the widget. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (server: string, attributes: string) => `<!doctype html>
<html lang="es">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Tienda</title>
  <link rel="icon" href="data:,">
  <script src="/calls.js"></script>
  <script src="${server}/widget.js" ${attributes} async></script>
</head>
<body>
  <main><h1>Tienda</h1><p><a href="/otra">Otra página</a></p></main>
</body>
</html>`;

/** The queue of docs/embedding.md, and calls made before the script has come. */
const calls = `
window.ventanilla ||= (...a) => (ventanilla.q ||= []).push(a);
window.heard = [];
for (const name of ['ready','state','queue','assigned','message','unread','ended','offline','error'])
  ventanilla('on', name, (detail) => heard.push({ name, ...detail }));
`;

export class HostSite {
  /** What the browser told of breaches of the page's policy. */
  readonly reports: string[] = [];
  /** Cookies that came with requests. */
  readonly cookies: string[] = [];
  origin = '';
  /** Origin of the desk whose widget the pages embed. */
  desk = '';
  /** Further attributes of the tag. */
  attributes = '';
  private readonly http_: HttpServer;

  constructor() {
    this.http_ = createServer((request, response) => {
      if (request.headers.cookie) this.cookies.push(request.headers.cookie);
      if (request.url === '/csp') {
        request.on('data', (text: Buffer) => this.reports.push(text.toString()));
        response.writeHead(204).end();
      } else if (request.url === '/calls.js') {
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(calls);
      } else {
        // What docs/embedding.md asks of a strict policy, and nothing more.
        const policy = [
          `default-src 'none'`,
          `script-src 'self' ${this.desk}`,
          `connect-src ${this.desk} ${this.desk.replace('http', 'ws')}`,
          `img-src data:`,
          `require-trusted-types-for 'script'`,
          'report-uri /csp',
        ];
        response.writeHead(200, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policy.join('; '),
        });
        response.end(page(this.desk, this.attributes));
      }
    });
  }

  async start(): Promise<void> {
    this.http_.listen(0, '127.0.0.1');
    await once(this.http_, 'listening');
    // Another site than the desk's 127.0.0.1, so that the browser treats it as such.
    this.origin = `http://localhost:${(this.http_.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.http_.close();
    this.http_.closeAllConnections();
  }
}
