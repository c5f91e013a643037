import { HoldfastError } from '../../lib/errors.ts';
import type { Packet } from './pkt-line.ts';

/**
 * Reads the answer to a `fetch` command and returns the pack's bytes. Sections before the pack (shallow commits, and
 * what newer servers may add) are skipped.
 * @param packets the whole answer
 * @throws {HoldfastError} GIT_PROTOCOL when the answer has no pack or ends early, GIT_REVISION when the server does not
 *   have or give the commit, GIT_LIMIT beyond `maxBytes`
 * @see https://git-scm.com/docs/protocol-v2#_fetch
 */
export async function readFetchResponse(packets: AsyncIterable<Packet>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let inPack = false;
  for await (const packet of packets) {
    if (packet === 'flush') {
      if (inPack) return Buffer.concat(chunks, length);
      break;
    }
    if (typeof packet === 'string') continue;
    if (!inPack) {
      inPack = packet.toString('latin1') === 'packfile\n';
      continue;
    }
    const data = sideBandData(packet);
    if (data === undefined) continue;
    length += data.length;
    if (length > maxBytes) throw tooLong(maxBytes);
    chunks.push(data);
  }
  throw new HoldfastError(
    'GIT_PROTOCOL',
    inPack ? 'The Git server closed the connection in the middle of a pack' : 'The Git server sent no pack',
  );
}

/** The error that a server's own message means. Control characters are taken out, since messages reach terminals. */
export function remoteError(text: string): HoldfastError {
  const message = text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300);
  if (/not our ref|unadvertised object|no such remote ref/i.test(message)) {
    return new HoldfastError(
      'GIT_REVISION',
      `The Git server does not have this commit or does not give it out (it says ${JSON.stringify(message)}); use a branch or tag that reaches it`,
    );
  }
  if (/not found|does not exist|not appear to be a git repository/i.test(message)) {
    return new HoldfastError('GIT_NOT_FOUND', `The Git server says ${JSON.stringify(message)}; check the URL`);
  }
  return new HoldfastError('GIT_PROTOCOL', `The Git server refused the request: ${JSON.stringify(message)}`);
}

/** Content of a side-band packet: pack data, or `undefined` for progress. */
function sideBandData(packet: Buffer): Buffer | undefined {
  const band = packet[0];
  if (band === 1) return packet.subarray(1);
  if (band === 2) return undefined;
  if (band === 3) throw remoteError(packet.toString('utf8', 1));
  throw new HoldfastError('GIT_PROTOCOL', 'The Git server sent a pack in an unknown form');
}

function tooLong(maxBytes: number): HoldfastError {
  return new HoldfastError(
    'GIT_LIMIT',
    `The Git server sent a pack of more than ${maxBytes} bytes; the fetch was cut. Split the repository or raise the limit`,
    { retry: 'never' },
  );
}
