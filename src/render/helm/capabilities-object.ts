import { define, type TemplateFunction } from '../gotemplate/function-table.ts';
import { GoObject, type GoValue } from '../gotemplate/value.ts';
import type { Capabilities, HelmVersion, KubeVersion } from './capabilities.ts';

/** `.Capabilities`: `KubeVersion`, `APIVersions` with `Has`, `HelmVersion`. */
export class CapabilitiesObject extends GoObject {
  readonly goType = '*common.Capabilities';
  private readonly kubeVersion: KubeVersionObject;
  private readonly apiVersions: VersionSetObject;
  private readonly helmVersion: HelmVersionObject;

  constructor({ kubeVersion, apiVersions, helmVersion }: Capabilities) {
    super();
    this.kubeVersion = new KubeVersionObject(kubeVersion);
    this.apiVersions = new VersionSetObject(apiVersions);
    this.helmVersion = new HelmVersionObject(helmVersion);
  }

  override get(name: string): GoValue {
    if (name === 'KubeVersion') return this.kubeVersion;
    if (name === 'APIVersions') return this.apiVersions;
    return name === 'HelmVersion' ? this.helmVersion : undefined;
  }

  override toGoString(): string {
    const parts = [this.kubeVersion.toStructString(), this.apiVersions.toGoString(), this.helmVersion.toGoString()];
    return `&{${parts.join(' ')}}`;
  }
}

/** Prints as its normalized version where it can be addressed, which is so wherever templates reach it. */
class KubeVersionObject extends GoObject {
  readonly goType = 'common.KubeVersion';
  override readonly goKind = 'struct';
  private readonly version: KubeVersion;

  constructor(version: KubeVersion) {
    super();
    this.version = version;
  }

  override get(name: string): GoValue {
    if (name === 'Version' || name === 'GitVersion') return this.version.version;
    if (name === 'String') return this.version.normalized;
    if (name === 'Major') return this.version.major;
    return name === 'Minor' ? this.version.minor : undefined;
  }

  override toGoString(): string {
    return this.version.normalized;
  }

  toStructString(): string {
    const { version, normalized, major, minor } = this.version;
    return `{${version} ${normalized} ${major} ${minor}}`;
  }
}

class VersionSetObject extends GoObject {
  readonly goType = 'common.VersionSet';
  override readonly goKind = 'slice';
  private readonly versions: readonly string[];
  private readonly known: ReadonlySet<string>;

  constructor(versions: readonly string[]) {
    super();
    this.versions = versions;
    this.known = new Set(versions);
  }

  override get(): GoValue {
    return undefined;
  }

  override typedMethod(name: string): TemplateFunction | undefined {
    return name === 'Has' ? define(['string'], ([version]) => this.known.has(version as string)) : undefined;
  }

  override container(): GoValue[] {
    return [...this.versions];
  }

  override toGoString(): string {
    return `[${this.versions.join(' ')}]`;
  }
}

class HelmVersionObject extends GoObject {
  readonly goType = 'version.BuildInfo';
  override readonly goKind = 'struct';
  private readonly fields: ReadonlyMap<string, string>;

  constructor(version: HelmVersion) {
    super();
    this.fields = new Map([
      ['Version', version.version],
      ['GitCommit', version.gitCommit],
      ['GitTreeState', version.gitTreeState],
      ['GoVersion', version.goVersion],
      ['KubeClientVersion', version.kubeClientVersion],
    ]);
  }

  override get(name: string): GoValue {
    return this.fields.get(name);
  }

  override toGoString(): string {
    return `{${[...this.fields.values()].join(' ')}}`;
  }
}
