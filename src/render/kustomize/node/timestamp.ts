/**
 * A timestamp, which must be one that Go's yaml.v3 accepts, as Go writes a time in JSON: RFC 3339 with as many decimals
 * as it takes and the zone it was given, UTC if none.
 * @see go.yaml.in/yaml/v3 v3.0.5 resolve.go parseTimestamp
 */
export function parseTimestamp(text: string): string {
  const [, date = '', time = '0:0:0', fraction = '', zone = ''] = PARTS.exec(text) ?? [];
  return `${padParts(date, '-')}T${padParts(time, ':')}${decimals(fraction)}${zoneText(zone)}`;
}

const PARTS = /^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt ](\d{1,2}:\d{1,2}:\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)?)?$/;
const NANO_DIGITS = 9;

function padParts(text: string, separator: string): string {
  return text
    .split(separator)
    .map((part) => part.padStart(2, '0'))
    .join(separator);
}

function decimals(fraction: string): string {
  const digits = fraction.slice(0, NANO_DIGITS).replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}

function zoneText(zone: string): string {
  return zone === '' || zone === 'Z' || /^[+-]00:00$/.test(zone) ? 'Z' : zone;
}
