import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRepository, GIT_TEST_ENV } from '../../test/support/git-repository.ts';
import { type GitServer, startGitServer } from '../../test/support/git-server.ts';

/** A repository that is served over HTTP, and a clone of it to work in. */
export interface ExampleRepository {
  readonly url: string;
  readonly cloneDir: string;
  readonly server: GitServer;
}

/**
 * Makes a repository of the files below `source`, serves it on loopback and clones it.
 * @param dir where the repository (`repositories/example.git`) and the clone (`example`) go
 */
export async function serveExample(source: string, dir: string): Promise<ExampleRepository> {
  const root = path.join(dir, 'repositories');
  const repository = await createRepository(path.join(root, 'example.git'));
  await repository.commit(filesBelow(source), { message: 'Add the example', dateMs: Date.now() });
  const server = await startGitServer({ root });
  const url = server.url('example.git');
  const cloneDir = path.join(dir, 'example');
  // From the folder: this process could not answer over HTTP while it waits for the clone.
  execFileSync('git', ['clone', '-q', repository.dir, cloneDir], { env: GIT_TEST_ENV });
  const settings = { 'remote.origin.url': url, 'user.name': 'You', 'user.email': 'you@example.org' };
  for (const [name, value] of Object.entries(settings)) {
    execFileSync('git', ['config', name, value], { cwd: cloneDir, env: GIT_TEST_ENV });
  }
  return { url, cloneDir, server };
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file)];
    }),
  );
}
