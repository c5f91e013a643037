import { describe, expect, it } from 'vitest';
import {
  defaultTransformerConfig,
  mergeTransformerConfig,
  parseTransformerConfig,
} from '../../../../../src/render/kustomize/config/transformer-config.ts';

describe('mergeTransformerConfig()', () => {
  it('takes a field spec that is there already but once', () => {
    const replicas = [{ path: 'spec/replicas', kind: 'Deployment', create: true }];
    const merged = mergeTransformerConfig(defaultTransformerConfig(), parseTransformerConfig({ replicas }));
    expect(merged.replicas).toEqual(defaultTransformerConfig().replicas);
  });

  it('refuses field specs that contradict one another and says which list they are in', () => {
    const more = parseTransformerConfig({ namespace: [{ path: 'metadata/name', kind: 'Namespace' }] });
    expect(() => mergeTransformerConfig(defaultTransformerConfig(), more)).toThrow(
      'failed to merge NameSpace fieldSpec: conflicting fieldspecs',
    );
  });

  it('gathers the fields that refer to one type', () => {
    const refer = (path: string) =>
      parseTransformerConfig({ nameReference: [{ kind: 'Bee', fieldSpecs: [{ path, kind: 'Hive' }] }] });
    const [bees, ...others] = mergeTransformerConfig(refer('spec/queen'), refer('spec/workers')).nameReference;
    expect(others).toEqual([]);
    expect(bees?.fieldSpecs.map(({ path }) => path)).toEqual(['spec/queen', 'spec/workers']);
  });

  it('merges the same configurations but once', () => {
    const more = parseTransformerConfig({ images: [{ path: 'spec/image' }] });
    expect(mergeTransformerConfig(defaultTransformerConfig(), more)).toBe(
      mergeTransformerConfig(defaultTransformerConfig(), more),
    );
  });

  it('leaves what it merges as it was', () => {
    const before = JSON.stringify(defaultTransformerConfig());
    mergeTransformerConfig(defaultTransformerConfig(), parseTransformerConfig({ images: [{ path: 'spec/image' }] }));
    expect(JSON.stringify(defaultTransformerConfig())).toBe(before);
  });
});

describe('parseTransformerConfig()', () => {
  it('refuses unknown fields, also in field specs', () => {
    expect(() => parseTransformerConfig({ image: [] })).toThrow('json: unknown field "image"');
    expect(() => parseTransformerConfig({ images: [{ pth: 'a' }] })).toThrow('json: unknown field "pth"');
  });
});
