import type { VersionParts } from '../../../lib/semver.ts';
import type { CallContext } from '../function-table.ts';
import { NamedMap } from '../named-map.ts';
import { type GoMap, type GoValue, goTypeOf, typedList, typedMap } from '../value.ts';
import { isNil } from './nil-value.ts';
import { SemverVersion } from './semver-version.ts';

/** A copy that shares no map and no list with the value. */
export function deepCopy(value: GoValue, context: CallContext): GoValue {
  if (typeof value !== 'object' || value === null || isNil(value)) return value;
  if (Array.isArray(value)) {
    context.charge(value.length);
    return keepType(
      value,
      value.map((item) => deepCopy(item, context)),
    );
  }
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof NamedMap) return new NamedMap(value.type, copyMap(value.container(), context));
  // What the copier of structs can not set stays zero.
  if (value instanceof SemverVersion) return new SemverVersion(ZERO_VERSION, '', value.goKind === 'ptr');
  return value instanceof Map ? copyMap(value, context) : value;
}

const ZERO_VERSION: VersionParts = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '' };

function keepType(from: GoValue[], to: GoValue[]): GoValue {
  const type = goTypeOf(from);
  return type === '[]interface {}' ? to : typedList(to, type);
}

function copyMap(map: GoMap, context: CallContext): GoMap {
  context.charge(map.size);
  const copy: GoMap = new Map();
  for (const [key, value] of map) copy.set(key, deepCopy(value, context));
  const type = goTypeOf(map);
  return type === 'map[string]interface {}' ? copy : typedMap(copy, type);
}
