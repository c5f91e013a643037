import { iamPolicyGenerator } from '../filters/iam-policy-generator.ts';
import { imageTagTransformer } from '../filters/image-tag-transformer.ts';
import { annotationsTransformer, labelTransformer } from '../filters/label-transformer.ts';
import { prefixTransformer, suffixTransformer } from '../filters/name-affix-transformer.ts';
import { namespaceTransformer } from '../filters/namespace-transformer.ts';
import { replicaCountTransformer } from '../filters/replica-count-transformer.ts';
import { valueAddTransformer } from '../filters/value-add-transformer.ts';
import { configMapGenerator, secretGenerator } from '../generators/generator-plugins.ts';
import { hashTransformer } from '../order/hash-transformer.ts';
import { patchJson6902Transformer } from '../patches/patch-json6902-transformer.ts';
import { patchStrategicMergeTransformer } from '../patches/patch-strategic-merge-transformer.ts';
import { patchTransformer } from '../patches/patch-transformer.ts';
import type { GeneratorPlugin, TransformerPlugin } from '../plugin.ts';
import { replacementTransformer } from '../replacements/replacement-transformer.ts';

/** The builtin generators but the one for charts, by kind. */
export const GENERATOR_PLUGINS: ReadonlyMap<string, GeneratorPlugin> = new Map([
  ['ConfigMapGenerator', configMapGenerator],
  ['SecretGenerator', secretGenerator],
  ['IAMPolicyGenerator', iamPolicyGenerator],
]);

const prefixSuffixTransformer: TransformerPlugin = (config, context) => {
  const transformers = [prefixTransformer(config, context), suffixTransformer(config, context)];
  return (resources) => {
    for (const transform of transformers) transform(resources);
  };
};

/** The builtin transformers that configuration files may name, by kind. The one that sorts is none of them. */
export const TRANSFORMER_PLUGINS: ReadonlyMap<string, TransformerPlugin> = new Map([
  ['AnnotationsTransformer', annotationsTransformer],
  ['HashTransformer', hashTransformer],
  ['ImageTagTransformer', imageTagTransformer],
  ['LabelTransformer', labelTransformer],
  ['NamespaceTransformer', namespaceTransformer],
  ['PatchJson6902Transformer', patchJson6902Transformer],
  ['PatchStrategicMergeTransformer', patchStrategicMergeTransformer],
  ['PatchTransformer', patchTransformer],
  ['PrefixSuffixTransformer', prefixSuffixTransformer],
  ['PrefixTransformer', prefixTransformer],
  ['ReplacementTransformer', replacementTransformer],
  ['ReplicaCountTransformer', replicaCountTransformer],
  ['SuffixTransformer', suffixTransformer],
  ['ValueAddTransformer', valueAddTransformer],
]);
