import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What Helm's engine made of a chart. */
export interface Answer {
  readonly kind: 'output' | 'error' | 'unstable' | 'timeout';
  /** The text of the templates in the order of their names, or the message. */
  readonly bytes: Uint8Array;
}

interface Line {
  readonly output?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly unstable?: boolean;
  readonly timeout?: boolean;
}

/** The program of this folder, started anew after each end of it. */
export class HelmOracle {
  private readonly binary: string;
  private child: ChildProcess | undefined;
  private answers: AsyncIterator<string> | undefined;

  /** @param binary what `go build` made of this folder */
  constructor(binary: string) {
    this.binary = binary;
  }

  /** Renders a chart; a text that is no valid Unicode cannot be given. */
  async render(files: ReadonlyMap<string, string>): Promise<Answer> {
    const child = this.start();
    const encoded = [...files].map(([name, text]) => [name, Buffer.from(text).toString('base64')] as const);
    child.stdin?.write(`${JSON.stringify({ files: Object.fromEntries<string>(encoded) })}\n`);
    const line = await this.answers?.next();
    if (line === undefined || line.done === true) {
      this.close();
      return { kind: 'timeout', bytes: Buffer.from('the program ended') };
    }
    const answer = toAnswer(JSON.parse(line.value) as Line);
    if (answer.kind === 'timeout') this.close();
    return answer;
  }

  /** Ends the program. */
  close(): void {
    this.child?.kill();
    this.child = undefined;
  }

  private start(): ChildProcess {
    if (this.child !== undefined) return this.child;
    const child = spawn(this.binary, { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.child = child;
    return child;
  }
}

function toAnswer({ output, error, unstable, timeout }: Line): Answer {
  if (timeout === true) return { kind: 'timeout', bytes: new Uint8Array() };
  if (unstable === true) return { kind: 'unstable', bytes: new Uint8Array() };
  if (error !== undefined) return { kind: 'error', bytes: Buffer.from(error, 'base64') };
  const names = Object.keys(output ?? {}).sort();
  return { kind: 'output', bytes: Buffer.concat(names.map((name) => Buffer.from(output?.[name] ?? '', 'base64'))) };
}
