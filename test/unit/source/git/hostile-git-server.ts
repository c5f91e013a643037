import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { encodePacket } from '../../../../src/source/git/pkt-line.ts';

/** What the server sends for one request: a body, or anything done to the response by hand. */
export type Reply = Buffer | string | ((response: ServerResponse, request: IncomingMessage) => void);

/** A server that says what a test wants. Replies may be changed while it runs. */
export interface HostileGitServer extends AsyncDisposable {
  readonly origin: string;
  readonly url: string;
  /** Headers of every request, with its method and path. */
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers'] }[];
  /** Bytes of all responses that the sockets took. */
  sentBytes(): number;
  discovery: Reply;
  refs: Reply;
  fetch: Reply;
}

/** A sound capability advertisement. */
export const GOOD_DISCOVERY: string = `${encodePacket('# service=git-upload-pack\n')}0000${[
  'version 2\n',
  'agent=hostile\n',
  'ls-refs\n',
  'fetch=shallow\n',
  'object-format=sha1\n',
]
  .map(encodePacket)
  .join('')}0000`;

/** Starts it on loopback; everything is sound but for what the test sets. */
export async function startHostileGitServer(): Promise<HostileGitServer> {
  let sent = 0;
  const http = createServer((request, response) => {
    server.requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    let before = 0;
    const count = () => {
      const now = response.socket?.bytesWritten ?? before;
      sent += now - before;
      before = now;
    };
    before = request.socket.bytesWritten;
    request.socket.once('close', count);
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isFetch = Buffer.concat(chunks).toString('latin1').includes('command=fetch');
      const isGet = request.method === 'GET';
      const kind = isGet ? 'advertisement' : 'result';
      response.setHeader('content-type', `application/x-git-upload-pack-${kind}`);
      const reply = isGet ? server.discovery : isFetch ? server.fetch : server.refs;
      if (typeof reply === 'function') reply(response, request);
      else response.end(reply);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: HostileGitServer = {
    origin,
    url: `${origin}/repo.git`,
    requests: [],
    sentBytes: () => sent,
    discovery: GOOD_DISCOVERY,
    refs: '0000',
    fetch: '0000',
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
    },
  };
  return server;
}

/** The answer to `ls-refs` with `HEAD` and `refs/heads/main` at a commit, and more lines. */
export function refsReply(oid: string, ...more: readonly string[]): string {
  const lines = [`${oid} HEAD symref-target:refs/heads/main`, `${oid} refs/heads/main`, ...more];
  return `${lines.map((line) => encodePacket(`${line}\n`)).join('')}0000`;
}

/** The answer to `fetch` with a pack, in side-band packets. */
export function packReply(pack: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from(encodePacket('packfile\n'))];
  for (let at = 0; at < pack.length; at += 65_515) parts.push(sideBand(1, pack.subarray(at, at + 65_515)));
  return Buffer.concat([...parts, Buffer.from('0000')]);
}

/** One side-band packet. */
export function sideBand(band: number, data: Uint8Array): Buffer {
  const head = (data.length + 5).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(head), Buffer.from([band]), data]);
}
