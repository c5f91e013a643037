import { define, type FunctionTable } from '../function-table.ts';
import { textArgument } from './arguments.ts';

/** Sprig's functions of paths, and of file paths, which on Unix are the same. */
export const PATH_FUNCTIONS: FunctionTable = new Map([
  ['base', ofPath(base)],
  ['dir', ofPath(dir)],
  ['clean', ofPath(clean)],
  ['ext', ofPath(ext)],
  ['isAbs', define(['string'], ([path]) => textArgument(path).startsWith('/'))],
  ['osBase', ofPath(base)],
  ['osDir', ofPath(dir)],
  ['osClean', ofPath(clean)],
  ['osExt', ofPath(ext)],
  ['osIsAbs', define(['string'], ([path]) => textArgument(path).startsWith('/'))],
]);

function ofPath(run: (path: string) => string) {
  return define(['string'], ([path]) => run(textArgument(path)));
}

/** Go's path.Base: the last element, `.` of nothing, `/` of slashes alone. */
function base(path: string): string {
  if (path === '') return '.';
  const end = path.replace(/(?<!\/)\/+$/, '');
  return end === '' ? '/' : end.slice(end.lastIndexOf('/') + 1);
}

/** Go's path.Dir: all but the last element, cleaned. */
function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1));
}

/** Go's path.Ext: from the last dot of the last element on. */
function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
}

/** Go's path.Clean: no empty, `.` and inner `..` elements; `.` for nothing. */
function clean(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') kept.push(element);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push('..');
  }
  const joined = kept.join('/');
  if (isRooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}
