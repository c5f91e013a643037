/**
 * The fields of the first line of a comma-separated text, as Go's encoding/csv reads it; or what is wrong with it, in
 * Go's words. Columns count bytes from 1.
 */
export function readCsvRecord(text: string): string[] | string {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (typeof field === 'string') return field;
    fields.push(field.value);
    if (text[field.end] !== ',') return fields;
    at = field.end + 1;
  }
}

interface Field {
  readonly value: string;
  /** Where the comma, the line break or the end behind it is. */
  readonly end: number;
}

function readPlain(text: string, start: number): Field | string {
  const length = text.slice(start).search(/[,\n]/);
  const end = length < 0 ? text.length : start + length;
  const value = text.slice(start, end);
  const quote = value.indexOf('"');
  return quote < 0 ? { value, end } : problem(text, start + quote, 'bare " in non-quoted-field');
}

/** A quote within quotes is written twice. */
function readQuoted(text: string, start: number): Field | string {
  let value = '';
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return problem(text, text.length, EXTRANEOUS);
    value += text.slice(at, quote);
    const next = text[quote + 1];
    if (next === undefined || next === ',' || next === '\n') return { value, end: quote + 1 };
    if (next !== '"') return problem(text, quote, EXTRANEOUS);
    value += '"';
    at = quote + 2;
  }
}

const EXTRANEOUS = 'extraneous or missing " in quoted-field';

function problem(text: string, at: number, what: string): string {
  return `parse error on line 1, column ${Buffer.byteLength(text.slice(0, at)) + 1}: ${what}`;
}
