import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../src/object/kube-object.ts';
import { sortAsGo } from '../../../../../src/render/kustomize/config/go-sort.ts';
import { loadCrdConfig } from '../../../../../src/render/kustomize/config/load-crd-config.ts';
import {
  loadTransformerConfig,
  parseConfigFile,
} from '../../../../../src/render/kustomize/config/load-transformer-config.ts';
import {
  defaultTransformerConfig,
  type TransformerConfig,
} from '../../../../../src/render/kustomize/config/transformer-config.ts';
import { KustomizeError } from '../../../../../src/render/kustomize/kustomize-error.ts';
import type { Loader } from '../../../../../src/render/kustomize/loader/loader.ts';
import { encodeNode } from '../../../../../src/render/kustomize/node/encode-node.ts';
import type { PluginContext } from '../../../../../src/render/kustomize/plugin.ts';
import { ResMap } from '../../../../../src/render/kustomize/resource/res-map.ts';
import { ResourceFactory } from '../../../../../src/render/kustomize/resource/resource-factory.ts';
import { Schema } from '../../../../../src/render/kustomize/schema/schema.ts';
import { parseLabelSelector } from '../../../../../src/render/kustomize/selector/label-selector.ts';
import { GENERATOR_PLUGINS, TRANSFORMER_PLUGINS } from '../../../../../src/render/kustomize/target/builtin-plugins.ts';

/** A line of a recording: what to do, and what real kustomize made of it. */
interface Line {
  readonly op: 'transform' | 'generate' | 'config' | 'crds' | 'label' | 'sort';
  readonly steps?: readonly { plugin: string; config: string }[];
  readonly input?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly selector?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly keys?: readonly number[];
  readonly out?: unknown;
  readonly error?: string;
}

const FOLDER = resolve(import.meta.dirname, '../../../../golden/kustomize/filters');

function readLines(name: string): Line[] {
  const lines = readFileSync(resolve(FOLDER, name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Line);
}

function contextOf({ files = {} }: Line): PluginContext {
  const loader: Loader = {
    root: '',
    load(path) {
      const text = files[path];
      if (text === undefined) throw new KustomizeError(`'/${path}' doesn't exist`);
      return Buffer.from(text);
    },
    child: () => loader,
  };
  return { loader, factory: new ResourceFactory({ holder: { schema: Schema.builtin() }, hash: () => '' }) };
}

function configOf(text: string): JsonObject {
  return parseConfigFile(text, 'config.yaml') as JsonObject;
}

function textOf(resources: ResMap): string {
  return resources
    .resources()
    .map(({ root }) => encodeNode(root))
    .join('---\n');
}

function run(line: Line): unknown {
  const context = contextOf(line);
  const { op, steps = [], paths = [] } = line;
  if (op === 'config') return differenceOf(loadTransformerConfig(context.loader, paths));
  if (op === 'crds') return plainConfig(loadCrdConfig(context.loader, paths));
  if (op === 'label') return parseLabelSelector(line.selector ?? '')(new Map(Object.entries(line.labels ?? {})));
  if (op === 'sort') return sortIndices(line.keys ?? []);
  if (op === 'generate') {
    const plugin = GENERATOR_PLUGINS.get('IAMPolicyGenerator');
    return plugin && textOf(plugin(configOf(steps[0]?.config ?? ''), context)());
  }
  const resources = ResMap.of(context.factory.fromText(line.input ?? '', ''));
  for (const { plugin, config } of steps) TRANSFORMER_PLUGINS.get(plugin)?.(configOf(config), context)(resources);
  return textOf(resources);
}

function sortIndices(keys: readonly number[]): number[] {
  const items = keys.map((key, index) => ({ key, index }));
  return sortAsGo(items, (a, b) => a.key - b.key).map(({ index }) => index);
}

/** The lists that are not those of the default configuration, as the recording has them. */
function differenceOf(config: TransformerConfig): unknown {
  const standard = plainConfig(defaultTransformerConfig());
  const lists = Object.entries(plainConfig(config));
  return Object.fromEntries(lists.filter(([name, list]) => JSON.stringify(list) !== JSON.stringify(standard[name])));
}

/** Without what is empty, as Go's JSON leaves it out. */
function plainConfig(config: TransformerConfig): Record<string, unknown> {
  const text = JSON.stringify(config, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([, part]) => !isEmpty(part)));
  });
  return JSON.parse(text) as Record<string, unknown>;
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

/** Where messages differ on purpose: ours do not print what is in an object, and say of YAML what our parser says. */
function comparable(message: string): string {
  return message
    .replace(/: node contents:[\s\S]*$/, '')
    .replace(/error converting YAML to JSON:[\s\S]*$/, 'no YAML')
    .replace(/^[\w.]+\.yaml: /, '')
    .replace(/^(yaml: line \d+): .*$/, '$1')
    .replace(/(parse open API definition from '[^']*'):[\s\S]*$/, '$1')
    .replace(/ of type \S+$/, '')
    .replace(/struct field \S+\.(\w+)$/, 'struct field $1')
    .replace(/(produces ID conflict): [\s\S]*$/, '$1')
    .replace(/\\u00a0/g, '\u00a0')
    .trim();
}

const FILES = [
  ['transform.jsonl', 400],
  ['config.jsonl', 90],
  ['labels.jsonl', 600],
  ['sort.jsonl', 150],
] as const;

describe.each(FILES)('%s has what real kustomize makes of it', (name, count) => {
  const lines = readLines(name);

  it.each(lines.map((line, index) => [index + 1, line] as const))(`${name}:%i`, (_number, line) => {
    if (line.error === undefined) expect(run(line)).toEqual(line.out);
    else expect(comparable(messageOf(() => run(line)))).toBe(comparable(line.error));
  });

  it(`in at least ${count} cases`, () => {
    expect(lines.length).toBeGreaterThanOrEqual(count);
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof KustomizeError) return error.message;
    throw error;
  }
  return 'no error';
}
