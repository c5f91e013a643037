/** The bytes of an IP address, 4 or 16; undefined for what is none. As Go's net.ParseIP: no zones, no leading zeros. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseVersion4(text);
  const groups = readGroups(text);
  return groups === undefined ? undefined : Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

function parseVersion4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const isValid = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isValid ? Uint8Array.from(parts, Number) : undefined;
}

/** The eight groups of a version 6 address, of which `::` leaves out one or more. */
function readGroups(text: string): number[] | undefined {
  const halves = replaceVersion4(text).split('::');
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  const fits = halves.length === 2 ? missing > 0 : missing === 0;
  if (halves.length > 2 || !fits) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  const isValid = groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group));
  return isValid ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

/** Writes an address of version 4 at the end as the two groups that it is. */
function replaceVersion4(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const bytes = parseVersion4(text.slice(start));
  if (bytes === undefined) return text;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
