import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

/** One path of a commit: text or bytes of a plain file, `null` to delete it, or something with another mode. */
export type FileChange =
  | string
  | Uint8Array
  | null
  | { readonly content: string | Uint8Array; readonly executable?: boolean }
  | { readonly link: string | Uint8Array }
  | { readonly submodule: string };

/**
 * What a commit changes: path → change. For names that are no valid UTF-8 use an array of pairs with the path as
 * bytes. Deleting a directory's path deletes everything below it.
 */
export type Changes =
  | Readonly<Record<string, FileChange>>
  | readonly (readonly [path: string | Uint8Array, change: FileChange])[];

/** How to make a commit. */
export interface CommitOptions {
  /** Branch to move; made when it does not exist. Default `main`. */
  readonly branch?: string;
  readonly message?: string;
  /** Committer and author date in milliseconds since the epoch. Default: one minute after the previous commit here. */
  readonly dateMs?: number;
  /** First parent instead of the branch's tip; `null` starts a history of its own. Forces the branch to move. */
  readonly from?: string | null;
  /** Further parents (branch names or oids), which makes it a merge. */
  readonly merge?: readonly string[];
}

/** A bare repository on disk, written through the git CLI. */
export interface TestRepository {
  readonly dir: string;
  /** Commits on top of the branch and returns the commit's oid. One `git fast-import`, whatever the number of files. */
  commit(changes: Changes, options?: CommitOptions): Promise<string>;
  /** Creates or moves a branch, backwards as well (what a force-push does). */
  setBranch(name: string, target: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
  /** Creates or moves a tag: annotated when there is a message, else lightweight. Returns the oid that the ref holds. */
  tag(name: string, target: string, message?: string): Promise<string>;
  deleteTag(name: string): Promise<void>;
  /** Points `HEAD` at a branch, which need not exist. */
  setHead(branch: string): Promise<void>;
  revParse(revision: string): Promise<string>;
  /** Runs git in the repository and returns its standard output; throws with its standard error when it fails. */
  git(args: readonly string[], input?: string | Uint8Array): Promise<Buffer>;
}

/** The environment for every git of a test: nobody's configuration, fixed identity. */
export const GIT_TEST_ENV: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada Example',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada Example',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  // CI containers often run as another user than the one who owns the checkout.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
};

/**
 * Makes an empty bare repository at `dir` (parents included) with `main` as its unborn branch.
 * To serve it over HTTP give {@link startGitServer} a folder above it.
 */
export async function createRepository(dir: string): Promise<TestRepository> {
  await mkdir(dir, { recursive: true });
  await runGit(dir, ['init', '-q', '--bare', '-b', 'main', '.']);
  // Pushes over HTTP come without authentication here.
  await runGit(dir, ['config', 'http.receivepack', 'true']);
  return openRepository(dir);
}

/** The same handle for a repository that exists. */
export function openRepository(dir: string): TestRepository {
  let nextDateMs = Date.UTC(2026, 0, 1);
  const git = (args: readonly string[], input?: string | Uint8Array) => runGit(dir, args, input);
  const revParse = async (revision: string) => (await git(['rev-parse', '--verify', '-q', revision])).toString().trim();
  return {
    dir,
    git,
    revParse,
    async commit(changes, options = {}) {
      const dateMs = options.dateMs ?? nextDateMs;
      nextDateMs = dateMs + 60_000;
      const branch = `refs/heads/${options.branch ?? 'main'}`;
      const parent = options.from === undefined ? await tipOf(branch) : options.from;
      const merge = await Promise.all((options.merge ?? []).map((name) => revParse(`${name}^{commit}`)));
      const from = parent === null ? null : await revParse(`${parent}^{commit}`);
      const stream = fastImportStream(changes, { branch, from, merge, dateMs, message: options.message ?? 'Change' });
      // With `from: null` fast-import would still continue the branch, so that it has to go first.
      if (options.from === null) await git(['update-ref', '-d', branch]);
      await git(['fast-import', '--quiet', '--force', '--done'], stream);
      return revParse(branch);
    },
    async setBranch(name, target) {
      await git(['update-ref', `refs/heads/${name}`, await revParse(`${target}^{commit}`)]);
    },
    async deleteBranch(name) {
      await git(['update-ref', '-d', `refs/heads/${name}`]);
    },
    async tag(name, target, message) {
      await git(['tag', '-f', ...(message === undefined ? [] : ['-a', '-m', message]), name, target]);
      return revParse(`refs/tags/${name}`);
    },
    async deleteTag(name) {
      await git(['tag', '-d', name]);
    },
    async setHead(branch) {
      await git(['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
    },
  };

  async function tipOf(branch: string): Promise<string | null> {
    const out = await git(['for-each-ref', '--format=%(objectname)', branch]);
    return out.toString().trim() || null;
  }
}

interface ImportedCommit {
  readonly branch: string;
  readonly from: string | null;
  readonly merge: readonly string[];
  readonly dateMs: number;
  readonly message: string;
}

function fastImportStream(changes: Changes, commit: ImportedCommit): Buffer {
  const who = `Ada Example <ada@example.org> ${Math.floor(commit.dateMs / 1000)} +0000`;
  const parts: (string | Uint8Array)[] = [`commit ${commit.branch}\nauthor ${who}\ncommitter ${who}\n`];
  parts.push(...data(commit.message));
  if (commit.from !== null) parts.push(`from ${commit.from}\n`);
  for (const oid of commit.merge) parts.push(`merge ${oid}\n`);
  const pairs = Array.isArray(changes) ? (changes as readonly (readonly [string, FileChange])[]) : entriesOf(changes);
  for (const [path, change] of pairs) parts.push(...fileCommand(quotePath(path), change));
  parts.push('\ndone\n');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function entriesOf(changes: Changes): [string, FileChange][] {
  return Object.entries(changes as Record<string, FileChange>);
}

function fileCommand(path: string, change: FileChange): (string | Uint8Array)[] {
  if (change === null) return [`D ${path}\n`];
  if (typeof change === 'string' || change instanceof Uint8Array) return [`M 100644 inline ${path}\n`, ...data(change)];
  if ('link' in change) return [`M 120000 inline ${path}\n`, ...data(change.link)];
  if ('submodule' in change) return [`M 160000 ${change.submodule} ${path}\n`];
  return [`M ${change.executable === true ? '100755' : '100644'} inline ${path}\n`, ...data(change.content)];
}

function data(content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

/** C-style quoting, which fast-import takes for every path. */
function quotePath(path: string | Uint8Array): string {
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  let quoted = '"';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    quoted += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${quoted}"`;
}

function runGit(dir: string, args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: dir, env: GIT_TEST_ENV, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    // A git that fails early closes its input; its exit status and standard error say why.
    child.stdin.on('error', () => undefined);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new Error(`git ${args.join(' ')} in ${dir} exited with ${code}: ${Buffer.concat(err).toString()}`));
    });
    child.stdin.end(input);
  });
}
