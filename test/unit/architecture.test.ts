import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A row of the table in ARCHITECTURE.md. */
interface Layer {
  readonly name: string;
  readonly layers: readonly string[];
  readonly packages: readonly string[];
}

interface Import {
  /** Below src/, as are targets of relative imports. */
  readonly from: string;
  readonly target: string;
  readonly isOwn: boolean;
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
const STATEMENT =
  /^(?:(?:import|export)\s(?:type\s)?\s*(?:\{[^}]*\}|\*(?:\sas\s\w+)?|\w+)\s+from\s+|import\s+)'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

const FILES = globSync('**/*.ts', { cwd: path.join(ROOT, 'src') }).sort();
const IMPORTS = FILES.flatMap(importsOf);
const TABLE = readTable();

/** Beside `sync/`, who may send requests that write to the cluster, and what may be written there. */
const WRITERS = [
  /^sync\//,
  /^status\/(?:intents|write)\.ts$/,
  /^telemetry\/events\.ts$/,
  /^controller\/(?:bootstrap|leases|namespaces)\.ts$/,
  // Git's protocol asks by POST.
  /^source\/git\//,
];

describe('the table of imports in ARCHITECTURE.md', () => {
  it('has a row for every folder of src/', () => {
    expect(TABLE.map(({ name }) => name).sort()).toEqual([...new Set(FILES.map(layerOf))].sort());
  });

  it('lets a row name rows above it only', () => {
    const wrong = TABLE.flatMap(({ name, layers }, index) => {
      const above = new Set(TABLE.slice(0, index).map((layer) => layer.name));
      return layers.filter((layer) => !above.has(layer)).map((layer) => `${name} names ${layer}`);
    });
    expect(wrong).toEqual([]);
  });

  it('allows every import from one folder to another', () => {
    const wrong = IMPORTS.filter(({ from, target, isOwn }) => {
      return isOwn && layerOf(from) !== layerOf(target) && !rowOf(from)?.layers.includes(layerOf(target));
    });
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  it('allows every import of a package', () => {
    const wrong = IMPORTS.filter(({ from, target, isOwn }) => !isOwn && !rowOf(from)?.packages.includes(target));
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });
});

describe('src/', () => {
  it('has no import cycles', () => {
    expect(findCycle()).toBeUndefined();
  });

  it('documents every export', () => {
    const declaration = /^export (?:async )?(?:function\*?|class|interface|const|type(?= \w))/;
    const wrong = FILES.flatMap((file) => {
      const lines = sourceOf(file).split('\n');
      const bare = lines.filter((line, at) => declaration.test(line) && !lines[at - 1]?.endsWith('*/'));
      return bare.map((line) => `${file}: ${line}`);
    });
    expect(wrong).toEqual([]);
  });

  it('writes to the cluster only where ARCHITECTURE.md says so', () => {
    const wrong = FILES.filter((file) => !WRITERS.some((writer) => writer.test(file)))
      .filter((file) => /\bmethod: ['"`](?:POST|PUT|PATCH|DELETE)\b/.test(sourceOf(file)))
      .sort();
    expect(wrong).toEqual([]);
  });

  it('sends requests that write through one client only', () => {
    const clients = IMPORTS.filter(({ target }) => ['undici', 'node:http', 'node:https', 'node:net'].includes(target));
    const outside = clients.filter(({ from }) => !/^(?:cluster|source|server)\//.test(from));
    expect(outside.map(({ from }) => from)).toEqual([]);
  });
});

function readTable(): Layer[] {
  const text = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const table = /<!-- imports -->\n([\s\S]*?)<!-- \/imports -->/.exec(text)?.[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [, name = '', layers = '', packages = ''] = row.split('|');
    const [first = ''] = wordsOf(name);
    return { name: first.replace(/\/$/, ''), layers: wordsOf(layers), packages: wordsOf(packages) };
  });
}

function wordsOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

function rowOf(file: string): Layer | undefined {
  return TABLE.find(({ name }) => name === layerOf(file));
}

/** The first folder, or the file itself when it is in none. */
function layerOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function importsOf(from: string): Import[] {
  const statements = sourceOf(from).matchAll(STATEMENT);
  return [...statements].map(([, stated, called]) => {
    const target = stated ?? called ?? '';
    const isOwn = target.startsWith('.');
    return { from, target: isOwn ? path.join(path.dirname(from), target) : packageOf(target), isOwn };
  });
}

/** `name` of `name/path`, scopes and Node's own modules as they are. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return target;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function sourceOf(file: string): string {
  return readFileSync(path.join(ROOT, 'src', file), 'utf8');
}

/** The files of one cycle in order, if there is one. */
function findCycle(): readonly string[] | undefined {
  const targets = Map.groupBy(
    IMPORTS.filter(({ isOwn }) => isOwn),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { target } of targets.get(file) ?? []) {
      const cycle = visit(target, [...trail, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of FILES) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
