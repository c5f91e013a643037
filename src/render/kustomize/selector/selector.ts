import { compileGoRegexp, GoRegexpError } from '../../../lib/go-regexp.ts';
import type { GroupVersionKind } from '../../../object/kube-object.ts';
import { readGvk } from '../config/field-spec.ts';
import type { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { type LabelPredicate, parseLabelSelector } from './label-selector.ts';

/** Says which resources are meant: those that fulfil all parts. Empty parts are fulfilled by everything. */
export interface Selector extends GroupVersionKind {
  readonly name: string;
  readonly namespace: string;
  readonly annotationSelector: string;
  readonly labelSelector: string;
}

/** A {@link Selector} ready for use; group, version, kind, name and namespace are regular expressions of Go. */
export interface CompiledSelector {
  matchesGvk(gvk: GroupVersionKind): boolean;
  matchesName(name: string): boolean;
  matchesNamespace(namespace: string): boolean;
  matchesLabels: LabelPredicate;
  matchesAnnotations: LabelPredicate;
}

/** A selector of a configuration. @throws {KustomizeError} if a field has the wrong type */
export function readSelector(fields: StructReader): Selector {
  return {
    ...readGvk(fields, 'ResId.Gvk'),
    name: fields.embeddedText('name', 'ResId'),
    namespace: fields.embeddedText('namespace', 'ResId'),
    annotationSelector: fields.text('annotationSelector'),
    labelSelector: fields.text('labelSelector'),
  };
}

/**
 * The selector ready for use.
 *
 * A mistake in a label or annotation selector shows when it is first used, as in kustomize: one that no resource gets
 * to stops nothing.
 *
 * @throws {KustomizeError} if a part is no regular expression
 * @see sigs.k8s.io/kustomize/api v0.21.2 types/selector.go
 */
export function compileSelector(selector: Selector): CompiledSelector {
  const group = compilePart(selector.group);
  const version = compilePart(selector.version);
  const kind = compilePart(selector.kind);
  return {
    matchesGvk: (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind),
    matchesName: compilePart(selector.name),
    matchesNamespace: compilePart(selector.namespace),
    matchesLabels: parseWhenUsed(selector.labelSelector),
    matchesAnnotations: parseWhenUsed(selector.annotationSelector),
  };
}

function compilePart(pattern: string): (text: string) => boolean {
  if (pattern === '') return () => true;
  // Names are by far the most frequent patterns, and `.` and `-` in them are cheap to get right.
  if (/^[\w-]+$/.test(pattern)) return (text) => text === pattern;
  try {
    const regexp = compileGoRegexp(`^(?:${pattern})$`);
    return (text) => regexp.test(text);
  } catch (error) {
    throw error instanceof GoRegexpError ? new KustomizeError(error.message, { cause: error }) : error;
  }
}

function parseWhenUsed(text: string): LabelPredicate {
  let predicate: LabelPredicate | undefined;
  return (labels) => {
    predicate ??= parseLabelSelector(text);
    return predicate(labels);
  };
}
