import { readGvk } from '../config/field-spec.ts';
import { StructReader } from '../config/struct-reader.ts';
import { formatResId, makeResId, type ResId } from '../resource/res-id.ts';
import { readSelector, type Selector } from '../selector/selector.ts';

/** How the text of a field is taken apart or put together. */
export interface FieldOptions {
  /** Parts the text; empty: the text is one. */
  readonly delimiter: string;
  /** Which part is meant, from 0. */
  readonly index: number;
  /** Whether a missing field is made. */
  readonly create: boolean;
}

/** The field that a value is taken from. Empty parts of the id match anything. */
export interface ReplacementSource extends ResId {
  readonly fieldPath: string;
  readonly options: FieldOptions | undefined;
}

/** Fields that a value is written to. */
export interface ReplacementTarget {
  readonly select: Selector | undefined;
  readonly reject: readonly Selector[];
  /** Paths with `.` between names, as `PathMatcher` reads them. */
  readonly fieldPaths: readonly string[];
  readonly options: FieldOptions | undefined;
}

/** Copies a value from one field to others. */
export interface Replacement {
  readonly source: ReplacementSource | undefined;
  /** A value in place of a source. */
  readonly sourceValue: string | undefined;
  readonly targets: readonly ReplacementTarget[] | undefined;
}

/**
 * A replacement of a configuration.
 * @param isInline where Go reads the struct as part of another, which makes it refuse numbers and booleans for text
 * @throws {KustomizeError} if a field has the wrong type
 * @see sigs.k8s.io/kustomize/api v0.21.2 types/replacement.go
 */
export function readReplacement(fields: StructReader, isInline: boolean): Replacement {
  const text: ReadText = isInline ? (from, name) => from.embeddedText(name) : (from, name) => from.text(name);
  const source = (from: StructReader): ReplacementSource => readSource(from, text);
  const target = (from: StructReader): ReplacementTarget => readTarget(from, text);
  return {
    source: has(fields, 'source') ? fields.struct('source', 'types.SourceSelector', source) : undefined,
    sourceValue: has(fields, 'sourceValue') ? text(fields, 'sourceValue') : undefined,
    targets: fields.list('targets', 'types.TargetSelector', target),
  };
}

/** A source as messages of kustomize name it. */
export function describeSource(source: ReplacementSource): string {
  const { fieldPath, options } = source;
  return [formatResId(source), fieldPath, describeOptions(options)].filter((part) => part !== '').join(':');
}

function describeOptions(options: FieldOptions | undefined): string {
  if (options === undefined || (options.delimiter === '' && !options.create)) return '';
  return `${options.delimiter}(${options.index}), create=${options.create}`;
}

type ReadText = (fields: StructReader, name: string) => string;

function has(fields: StructReader, name: string): boolean {
  return fields.value(name) !== undefined;
}

function readSource(fields: StructReader, text: ReadText): ReplacementSource {
  const name = fields.embeddedText('name');
  const namespace = fields.embeddedText('namespace');
  return {
    ...makeResId({ ...readGvk(fields), name, namespace }),
    fieldPath: text(fields, 'fieldPath'),
    options: readOptions(fields, text),
  };
}

function readTarget(fields: StructReader, text: ReadText): ReplacementTarget {
  return {
    select: has(fields, 'select') ? fields.struct('select', 'types.Selector', readSelector) : undefined,
    reject: fields.list('reject', 'types.Selector', readSelector) ?? [],
    fieldPaths: readPaths(fields, text),
    options: readOptions(fields, text),
  };
}

function readPaths(fields: StructReader, text: ReadText): readonly string[] {
  const paths = fields.value('fieldPaths');
  if (!Array.isArray(paths)) return fields.list('fieldPaths', 'string', () => '') ?? [];
  return paths.map((path) => text(new StructReader({ fieldPaths: path }, 'types.TargetSelector'), 'fieldPaths'));
}

function readOptions(fields: StructReader, text: ReadText): FieldOptions | undefined {
  if (!has(fields, 'options')) return undefined;
  return fields.struct('options', 'types.FieldOptions', (options) => {
    const delimiter = text(options, 'delimiter');
    const index = Number(options.integer('index'));
    text(options, 'encoding');
    return { delimiter, index, create: options.flag('create') };
  });
}
