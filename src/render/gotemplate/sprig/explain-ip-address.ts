import { quoteString } from '../go-string.ts';

/**
 * What Go's netip.ParseAddr says is wrong with an IP address, which maybe has a zone; undefined where nothing is.
 * @see https://github.com/golang/go/blob/go1.26.0/src/net/netip/netip.go
 */
export function explainIpAddress(text: string): string | undefined {
  const fault = findFault(text);
  if (fault === undefined) return undefined;
  const [reason, rest] = fault;
  return `ParseAddr(${quoteString(text)}): ${reason}${rest === undefined ? '' : ` (at ${quoteString(rest)})`}`;
}

/** A reason, and from where on the address is wrong. */
type Fault = readonly [reason: string, rest?: string];

function findFault(text: string): Fault | undefined {
  const [first] = /[.:%]/.exec(text) ?? [];
  if (first === undefined) return ['unable to parse IP'];
  if (first === '%') return ['missing IPv6 address'];
  if (first === '.') return findVersion4Fault(text);
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return ['zone must be a non-empty string'];
  return findVersion6Fault(percent < 0 ? text : text.slice(0, percent));
}

function findVersion4Fault(text: string): Fault | undefined {
  let field = '';
  let fields = 1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const fault = character === '.' ? findDotFault(text, at, fields) : findDigitFault(text, at, field);
    if (fault !== undefined) return fault;
    field = character === '.' ? '' : field + character;
    fields += character === '.' ? 1 : 0;
  }
  return fields < 4 ? ['IPv4 address too short'] : undefined;
}

function findDotFault(text: string, at: number, fields: number): Fault | undefined {
  const isBeside = at === 0 || text[at - 1] === '.' || at === text.length - 1;
  if (isBeside) return ['IPv4 field must have at least one digit', text.slice(at)];
  return fields === 4 ? ['IPv4 address too long'] : undefined;
}

/** @param field the digits before */
function findDigitFault(text: string, at: number, field: string): Fault | undefined {
  const digit = text[at] ?? '';
  if (!/\d/.test(digit)) return ['unexpected character', text.slice(at)];
  if (field === '0') return ['IPv4 field has octet with leading zero'];
  return Number(field + digit) > 255 ? ['IPv4 field has value >255'] : undefined;
}

/** How far an address of version 6 has been read. */
interface Progress {
  rest: string;
  groups: number;
  hasEllipsis: boolean;
}

function findVersion6Fault(text: string): Fault | undefined {
  const startsOpen = text.startsWith('::');
  const progress: Progress = { rest: startsOpen ? text.slice(2) : text, groups: 0, hasEllipsis: startsOpen };
  if (startsOpen && progress.rest === '') return undefined;
  for (let isOpen = true; isOpen && progress.groups < 8; ) {
    const fault = readGroup(progress) ?? readColon(progress);
    if (fault !== undefined) return fault;
    isOpen = progress.rest !== '';
  }
  return findCountFault(progress);
}

/** Whether there are as many groups as there should be, with what `::` stands for. */
function findCountFault({ rest, groups, hasEllipsis }: Progress): Fault | undefined {
  if (rest !== '') return ['trailing garbage after address', rest];
  if (groups < 8) return hasEllipsis ? undefined : ['address string too short'];
  return hasEllipsis ? ['the :: must expand to at least one field of zeros'] : undefined;
}

function readGroup(progress: Progress): Fault | undefined {
  const { rest, groups, hasEllipsis } = progress;
  const [digits = ''] = /^[0-9A-Fa-f]*/.exec(rest) ?? [];
  if (digits.length > 4) return ['each group must have 4 or less digits', rest];
  if (digits === '') return ['each colon-separated field must have at least one digit', rest];
  if (rest[digits.length] !== '.') {
    progress.groups += 1;
    progress.rest = rest.slice(digits.length);
    return undefined;
  }
  if (!hasEllipsis && groups !== 6)
    return ['embedded IPv4 address must replace the final 2 fields of the address', rest];
  if (groups > 6) return ['too many hex fields to fit an embedded IPv4 at the end of the address', rest];
  progress.groups += 2;
  progress.rest = '';
  return findVersion4Fault(rest);
}

function readColon(progress: Progress): Fault | undefined {
  const { rest } = progress;
  if (rest === '') return undefined;
  if (!rest.startsWith(':')) return ['unexpected character, want colon', rest];
  if (rest === ':') return ['colon must be followed by more characters', rest];
  progress.rest = rest.slice(1);
  if (!progress.rest.startsWith(':')) return undefined;
  if (progress.hasEllipsis) return ['multiple :: in address', progress.rest];
  progress.hasEllipsis = true;
  progress.rest = progress.rest.slice(1);
  return undefined;
}
