import {
  EMPTY_TRANSFORMER_CONFIG,
  mergeTransformerConfig,
  type TransformerConfig,
} from './config/transformer-config.ts';
import { KustomizeError } from './kustomize-error.ts';
import { compareStrings } from './node/metadata.ts';
import type { Transformer } from './plugin.ts';
import { fixNameReferences } from './references/name-references.ts';
import { replaceVars } from './references/replace-vars.ts';
import { DEFAULT_FIELD_PATH, describeVar, type Var } from './references/var.ts';
import { readVarValue, type VarValue } from './references/var-value.ts';
import { isGvknEqual, isResIdEqual, type ResId } from './resource/res-id.ts';
import { ResMap } from './resource/res-map.ts';

/**
 * What a kustomization and those below it have come to: resources, the fields to transform, and vars.
 * @see sigs.k8s.io/kustomize/api v0.21.2 internal/accumulator/resaccumulator.go
 */
export class ResourceAccumulator {
  private readonly resources = new ResMap();
  private readonly varsByName = new Map<string, Var>();
  private config: TransformerConfig = EMPTY_TRANSFORMER_CONFIG;

  /** The fields that the builtin transformers change. */
  get transformerConfig(): TransformerConfig {
    return this.config;
  }

  /** A map of the same resources. */
  resMap(): ResMap {
    return this.resources.shallowCopy();
  }

  /** The vars, by name. */
  vars(): Var[] {
    return [...this.varsByName.values()].sort((a, b) => compareStrings(a.name, b.name));
  }

  /** @throws {KustomizeError} if two resources have equal ids */
  appendAll(resources: ResMap | undefined): void {
    this.resources.appendAll(resources);
  }

  /** Appends, replaces or merges resources as their behaviour says. @throws {KustomizeError} if that does not fit */
  absorbAll(resources: ResMap | undefined): void {
    this.resources.absorbAll(resources);
  }

  /** @throws {KustomizeError} if the configurations contradict each other */
  mergeConfig(config: TransformerConfig): void {
    this.config = mergeTransformerConfig(this.config, config);
  }

  /**
   * Adds vars and notes at the resources that they take their values from.
   * @throws {KustomizeError} if a var means several resources, or one of its name is there already
   */
  mergeVars(incoming: readonly Var[]): void {
    for (const variable of incoming) {
      const { objref, name } = variable;
      const isMeant = objref.namespace === '' ? isGvknEqual : isResIdEqual;
      const matched = this.resources.matchingByAnyId((id) => isMeant(objref, id));
      if (matched.length > 1) {
        throw new KustomizeError(
          `found ${matched.length} resId matches for var ${describeVar(variable)} (unable to disambiguate)`,
        );
      }
      matched[0]?.refVarNames.push(name);
    }
    for (const variable of incoming) this.addVar(variable);
  }

  /** Takes over everything of another accumulator. @throws {KustomizeError} if something is there already */
  mergeAccumulator(other: ResourceAccumulator): void {
    this.appendAll(other.resources);
    this.mergeConfig(other.config);
    for (const variable of other.vars()) this.addVar(variable);
  }

  /** Lets `transformer` change the resources. @throws {KustomizeError} as the transformer */
  transform(transformer: Transformer): void {
    transformer(this.resources);
  }

  /**
   * Replaces the vars in the fields that may hold some. Returns warnings.
   * @throws {KustomizeError} if a var has no value
   */
  resolveVars(): string[] {
    const values = new Map(this.vars().map((variable) => [variable.name, this.findValue(variable)]));
    if (values.size === 0) return [];
    const { unused, unfit } = replaceVars(this.resources, this.config.varReference, values);
    const warnings = unfit.map((name) => `the value of var '${name}' is a list or mapping and cannot be put into text`);
    if (unused.length > 0) warnings.push(`well-defined vars that were never replaced: ${unused.join(',')}`);
    return warnings;
  }

  /** Gives the fields that name renamed resources the new names. @throws {KustomizeError} if it is unclear which */
  fixBackReferences(): void {
    fixNameReferences(this.resources, this.config.nameReference);
  }

  /** Drops the resources that are not in `other`. */
  intersection(other: ResMap): void {
    const kept = new Set(other.allIds().map(exactKey));
    for (const id of this.resources.allIds()) if (!kept.has(exactKey(id))) this.resources.remove(id);
  }

  private addVar(variable: Var): void {
    if (this.varsByName.has(variable.name)) throw new KustomizeError(`var '${variable.name}' already encountered`);
    const fieldPath = variable.fieldPath === '' ? DEFAULT_FIELD_PATH : variable.fieldPath;
    this.varsByName.set(variable.name, { ...variable, fieldPath });
  }

  private findValue(variable: Var): VarValue | undefined {
    const source = this.resources.resources().find(({ refVarNames }) => refVarNames.includes(variable.name));
    if (source === undefined) {
      throw new KustomizeError(
        `var '${describeVar(variable)}' cannot be mapped to a field in the set of known resources`,
      );
    }
    try {
      return readVarValue(source.root, variable.fieldPath);
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(
        `field specified in var '${describeVar(variable)}' not found in corresponding resource`,
        { cause: error },
      );
    }
  }
}

function exactKey({ group, version, kind, name, namespace, isClusterScoped }: ResId): string {
  return [group, version, kind, name, namespace, isClusterScoped].join('\0');
}
