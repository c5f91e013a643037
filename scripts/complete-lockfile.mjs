// Adds to package-lock.json the optional packages of other platforms that a registry mirror did not have when the
// lockfile was written. Without their entries `npm ci` refuses the lockfile on every platform. Run it after
// `npm install`; entries that npm wrote itself are left alone.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const LIBC = { musl: 'musl', musleabihf: 'musl', gnu: 'glibc', gnueabihf: 'glibc' };
const CPU = {
  arm: 'arm',
  arm64: 'arm64',
  x64: 'x64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
};
const OS = new Set(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']);

function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const at = words.findIndex((word) => OS.has(word));
  if (at < 0 || CPU[words[at + 1]] === undefined) return undefined;
  const libc = LIBC[words[at + 2]];
  return { cpu: [CPU[words[at + 1]]], ...(libc === undefined ? {} : { libc: [libc] }), os: [words[at]] };
}

let added = 0;
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === undefined)
      throw new Error(`package-lock.json misses ${name}, which is for no platform that its name tells`);
    lock.packages[key] = { version, ...(owner.dev === true ? { dev: true } : {}), optional: true, ...platform };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`added ${added} entries\n`);
