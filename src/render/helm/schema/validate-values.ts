import { parseJson } from '../../../yaml/json.ts';
import { quoteString } from '../../gotemplate/go-string.ts';
import { fromJson } from '../../gotemplate/json-value.ts';
import { explainJson } from '../../gotemplate/sprig/explain-json.ts';
import type { GoMap, GoValue } from '../../gotemplate/value.ts';
import { HelmError } from '../helm-error.ts';
import { compileSchema } from './compile-schema.ts';
import { METASCHEMA_URLS } from './draft.ts';
import { printProblem } from './problem.ts';
import {
  locationOf,
  lookUp,
  resourceAt,
  type SchemaDocument,
  SchemaDocuments,
  VALUES_SCHEMA_URL,
} from './schema-documents.ts';
import type { CompiledSchema, DraftVersion } from './schema-types.ts';
import { validateValue } from './validate-value.ts';

/**
 * What is wrong with values by a JSON schema (drafts 4, 6, 7, 2019-09 and 2020-12), in the words of Helm's library; empty
 * if nothing is. Problems of values end with a line break; what is wrong with the schema itself does not, as in Helm.
 *
 * Nothing is fetched: references lead into the schema or to the published metaschemas.
 * @see helm.sh/helm/v4 pkg/chart/common/util/jsonschema.go ValidateAgainstSingleSchema
 */
export function validateValues(schema: Uint8Array, values: GoMap): string {
  try {
    const problem = validateValue(compiled(Buffer.from(schema).toString()), values);
    return problem === undefined ? '' : `${printProblem(problem)}\n`;
  } catch (error) {
    if (error instanceof HelmError) return error.message;
    if (error instanceof RangeError) return 'unable to validate schema: it is nested too deep';
    throw error;
  }
}

/** Charts are rendered again and again with the same schema. */
const recent = new Map<string, CompiledSchema>();
const MAX_RECENT = 64;
const MAX_RECENT_LENGTH = 256 * 1024;

function compiled(text: string): CompiledSchema {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const documents = new SchemaDocuments(parseSchema(text));
  const document = documents.at(VALUES_SCHEMA_URL);
  checkAgainstMetaschema(document, '');
  const place = { url: VALUES_SCHEMA_URL, pointer: '' };
  const schema = compileSchema(documents, place, { assertsFormats: false, check: checkAgainstMetaschema });
  if (recent.size >= MAX_RECENT) recent.clear();
  if (text.length <= MAX_RECENT_LENGTH) recent.set(text, schema);
  return schema;
}

function parseSchema(text: string): GoValue {
  if (text.trim() === '') throw new HelmError('EOF');
  try {
    return fromJson(parseJson(text));
  } catch {
    throw new HelmError(wordForDecoder(explainJson(text)));
  }
}

/** Go's json.Decoder, which reads the schema, has other words for two mistakes than json.Unmarshal. */
function wordForDecoder(message: string): string {
  if (message === 'unexpected end of JSON input') return 'unexpected EOF';
  return message.replace(/^invalid character .* after top-level value$/s, 'invalid character after top-level value');
}

function checkAgainstMetaschema(document: SchemaDocument, pointer: string): void {
  if (/^https?:\/\/json-schema\.org\//.test(document.url)) return;
  const { draft } = resourceAt(document, pointer);
  const problem = validateValue(metaschema(draft), lookUp(document, pointer));
  if (problem === undefined) return;
  const where = quoteString(locationOf({ url: document.url, pointer }));
  const found = `jsonschema validation failed with '${METASCHEMA_URLS[draft]}#'\n${printProblem(problem)}`;
  throw new HelmError(`${where} is not valid against metaschema: ${found}`);
}

const metaschemas = new Map<DraftVersion, CompiledSchema>();

function metaschema(draft: DraftVersion): CompiledSchema {
  const known = metaschemas.get(draft);
  if (known !== undefined) return known;
  const place = { url: METASCHEMA_URLS[draft], pointer: '' };
  const options = { assertsFormats: true, check: () => undefined };
  const schema = compileSchema(new SchemaDocuments(true), place, options);
  metaschemas.set(draft, schema);
  return schema;
}
