import { describe, expect, it } from 'vitest';
import { type FolderContents, knownTree, readFolder } from '../../../src/render-process/known-folder.ts';
import { memoryTree } from '../../../src/source/memory-tree.ts';
import type { SourceTree } from '../../../src/source/tree.ts';

const FILES = {
  'Chart.yaml': 'outside',
  'charts/web/Chart.yaml': 'name: web',
  'charts/web/templates/a.yaml': 'a',
  'charts/web/templates/_b.tpl': 'b',
  'charts/web/run.sh': { content: 'x', executable: true },
  'charts/web/out.yaml': { link: '../../Chart.yaml' },
  'charts/web/escape.yaml': { link: '../../../x' },
  'charts/web/crds': { link: 'templates' },
  'charts/linked': { link: 'web' },
} as const;
const PATHS = `
  . Chart.yaml charts charts/web charts/web/ charts//web ./charts/web charts/linked charts/linked/Chart.yaml ../x
  charts/web/Chart.yaml charts/web/Chart.yaml/x charts/web/no charts/web/no/no charts/web/templates /Chart.yaml toString
  charts/web/templates/a.yaml charts/web/templates/../Chart.yaml charts/web/../../Chart.yaml charts/web/run.sh
  charts/web/out.yaml charts/web/escape.yaml charts/web/crds charts/web/crds/a.yaml charts/web/a\0b charts/web/__proto__
`.split(/\s+/);
const FILES_OF_WEB = ['Chart.yaml', 'run.sh', 'templates/_b.tpl', 'templates/a.yaml'].map(
  (name) => `charts/web/${name}`,
);
const QUESTIONS = ['read', 'list', 'stat', 'realPath'] as const;
const CASES = QUESTIONS.flatMap((question) => PATHS.map((path) => [question, path] as const));

function answer(tree: SourceTree, question: (typeof QUESTIONS)[number], path: string): unknown {
  try {
    return tree[question](path);
  } catch (error) {
    return error;
  }
}

describe('knownTree()', () => {
  const tree = memoryTree(FILES);

  it.each(CASES)('answers %s(%j) as the tree does, when a folder of it is known', (question, path) => {
    for (const folder of ['charts/web', '', 'charts/linked', 'no']) {
      const known = knownTree(tree, readFolder(tree, folder), () => undefined);
      expect(answer(known, question, path), folder).toEqual(answer(tree, question, path));
    }
  });

  it('asks the tree for nothing in a known folder but what is behind links', () => {
    const contents = readFolder(tree, 'charts/web');
    const asked: string[] = [];
    const noted = new Proxy(tree, {
      get: (target, name: keyof SourceTree) =>
        name === 'id' ? target.id : (path: string) => (asked.push(`${name} ${path}`), target[name](path)),
    });
    const known = knownTree(noted, contents, () => undefined);
    for (const [question, path] of CASES) {
      if (path.startsWith('charts/web/') && !/[.]{2}|\0|\/$/.test(path)) answer(known, question, path);
    }
    const behindLinks = /\/(?:out\.yaml|escape\.yaml|crds)/;
    const missing = ['charts/web/Chart.yaml/x', 'charts/web/no/no'];
    expect(asked.filter((one) => !behindLinks.test(one) && !missing.some((path) => one.endsWith(path)))).toEqual([]);
  });

  it('tells of exactly the questions that it answered by itself', () => {
    const told: string[] = [];
    const known = knownTree(tree, readFolder(tree, 'charts/web'), (...question) => told.push(question.join(' ')));
    known.read('charts/web/Chart.yaml');
    known.read('charts/web/absent.yaml');
    known.read('Chart.yaml');
    known.read('charts/web/out.yaml');
    expect(told).toEqual(['read charts/web/Chart.yaml', 'read charts/web/absent.yaml']);
  });
});

describe('readFolder()', () => {
  it('leaves out what is behind links, and folders beyond its bounds', () => {
    const known: FolderContents = readFolder(memoryTree(FILES), 'charts/web');
    expect([...known.folders.keys()].sort()).toEqual(['charts/web', 'charts/web/templates']);
    expect([...known.files.keys()].sort()).toEqual(FILES_OF_WEB);
    const large = memoryTree({ 'a.bin': Buffer.alloc(17_000_000), 'b.bin': Buffer.alloc(17_000_000), 'c.txt': 'c' });
    const some = readFolder(large, '');
    expect([...some.files.keys()]).toEqual(['a.bin']);
    expect(knownTree(large, some, () => undefined).read('c.txt')).toEqual(Buffer.from('c'));
  });

  it('knows nothing of a folder that links lead to', () => {
    expect(readFolder(memoryTree(FILES), 'charts/linked').folders.size).toBe(0);
  });
});
