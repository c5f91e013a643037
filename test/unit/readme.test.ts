import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

describe('README.md', () => {
  it('lists the flags of the controller with their defaults', () => {
    const help = execFileSync(process.execPath, [path.join(ROOT, 'bin/holdfast.mjs'), 'controller', '--help'], {
      encoding: 'utf8',
      // Otherwise the parser breaks lines at the width of the terminal.
      env: { ...process.env, COLUMNS: '400' },
    });
    const flags = [...help.matchAll(/^ {2}(--[a-z-]+) <.*?(?:\(default: "?([^")]*)"?\))?$/gm)];
    const rows = [...README.matchAll(/^\| `(--[a-z-]+) [A-Z]+` \| (.*?) \|/gm)];
    expect(flags.length).toBeGreaterThan(5);
    expect(rows.map(([, name]) => name)).toEqual(flags.map(([, name]) => name));
    for (const [, name = '', value] of flags) {
      if (value !== undefined) expect(rows.find((row) => row[1] === name)?.[2], name).toBe(`\`${value}\``);
    }
  });

  it('links to files that exist', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !existsSync(path.join(ROOT, target)))).toEqual([]);
  });

  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const commands = [...README.matchAll(/npm (?:run ([a-z]+)|(test))/g)].map(([, run, test]) => run ?? test ?? '');
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
