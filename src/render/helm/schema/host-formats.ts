import { firstBroken, prefixed, rune } from './format-words.ts';

/** Whether a text is an IPv4 address: what is wrong, or nothing. */
export function checkIpv4(text: string): string | undefined {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros';
    if (!/^[+-]?\d+$/.test(group)) return `strconv.Atoi: parsing "${group}": invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
}

/** Whether a text is an IPv6 address without a zone. */
export function checkIpv6(text: string): string | undefined {
  if (!text.includes(':')) return 'missing colon';
  const [address = '', zone] = text.split('%');
  if (zone === undefined ? !isIpv6(text) : zone === '' || !isIpv6(address)) {
    return `ParseAddr("${text}"): unable to parse IP`;
  }
  return zone === undefined ? undefined : 'zone id is not a part of ipv6 address';
}

function isIpv6(text: string): boolean {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) return checkIpv4(dotted[2] ?? '') === undefined && isIpv6(`${dotted[1]}0:0`);
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const isWhole = halves.length === 2 ? groups.length < 8 : groups.length === 8;
  return isWhole && groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
}

/** Whether a text is a host name. */
export function checkHostname(text: string): string | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (Buffer.byteLength(name) > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    const length = Buffer.byteLength(label);
    if (length < 1 || length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    const bad = /[^a-zA-Z0-9-]/u.exec(label)?.[0];
    if (bad !== undefined) return `invalid character ${rune(bad)}`;
  }
  return undefined;
}

/** Whether a text is an address for mail. */
export function checkEmail(text: string): string | undefined {
  if (Buffer.byteLength(text) > 254) return 'more than 255 characters long';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  const domain = text.slice(at + 1);
  const local = checkLocalPart(text.slice(0, at));
  if (local !== undefined) return local;
  if (domain.startsWith('[') && domain.endsWith(']')) return checkAddressLiteral(domain.slice(1, -1));
  return prefixed('invalid domain', checkHostname(domain));
}

function checkLocalPart(local: string): string | undefined {
  if (Buffer.byteLength(local) > 64) return 'local part more than 64 characters long';
  if (local.length > 1 && local.startsWith('"') && local.endsWith('"')) {
    const isPlain = !/[\\"]/.test(local.slice(1, -1));
    return isPlain ? undefined : 'backslash and quote are not allowed within quoted local part';
  }
  const bad = /[^a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]/u.exec(local)?.[0];
  return firstBroken(
    [local.startsWith('.'), 'starts with dot'],
    [local.endsWith('.'), 'ends with dot'],
    [local.includes('..'), 'consecutive dots'],
    [bad !== undefined, `invalid character ${rune(bad ?? '')}`],
  );
}

function checkAddressLiteral(text: string): string | undefined {
  if (text.startsWith('IPv6:')) return prefixed('invalid ipv6 address', checkIpv6(text.slice(5)));
  return prefixed('invalid ipv4 address', checkIpv4(text));
}
