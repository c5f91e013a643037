import { define, type TemplateFunction } from '../gotemplate/function-table.ts';
import { formatValue } from '../gotemplate/print-value.ts';
import { GoObject, type GoValue } from '../gotemplate/value.ts';
import type { Capabilities, CapabilityQuestion, HelmVersion, KubeVersion } from './capabilities.ts';

/** `.Capabilities`: `KubeVersion`, `APIVersions` with `Has`, `HelmVersion`. */
export class CapabilitiesObject extends GoObject {
  readonly goType = '*common.Capabilities';
  private readonly kubeVersion: KubeVersionObject;
  private readonly apiVersions: VersionSetObject;
  private readonly helmVersion: HelmVersionObject;
  private readonly observe: Observe;

  constructor({ kubeVersion, apiVersions, helmVersion, observe = () => undefined }: Capabilities) {
    super();
    this.observe = observe;
    this.kubeVersion = new KubeVersionObject(kubeVersion);
    this.apiVersions = new VersionSetObject(apiVersions, observe);
    this.helmVersion = new HelmVersionObject(helmVersion);
  }

  override get(name: string): GoValue {
    if (name === 'KubeVersion') {
      this.observe('kubeVersion');
      return this.kubeVersion;
    }
    if (name === 'APIVersions') return this.apiVersions;
    return name === 'HelmVersion' ? this.helmVersion : undefined;
  }

  override get printsItself(): boolean {
    return false;
  }

  override fields(): Fields {
    this.observe('kubeVersion');
    this.observe('apiVersions');
    return [
      ['KubeVersion', this.kubeVersion],
      ['APIVersions', this.apiVersions],
      ['HelmVersion', this.helmVersion],
    ];
  }

  override jsonFields(): Fields {
    return this.fields();
  }

  override toGoString(): string {
    return formatValue(this);
  }
}

type Fields = readonly (readonly [name: string, value: GoValue])[];

type Observe = (question: CapabilityQuestion) => void;

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

  /** Its pointer does. */
  override get printsItself(): boolean {
    return false;
  }

  override toGoString(): string {
    return this.version.normalized;
  }

  override fields(): Fields {
    const { version, normalized, major, minor } = this.version;
    return [
      ['Version', version],
      ['normalizedVersion', normalized],
      ['Major', major],
      ['Minor', minor],
    ];
  }

  override jsonFields(): Fields {
    return this.fields().filter(([name]) => name !== 'normalizedVersion');
  }
}

class VersionSetObject extends GoObject {
  readonly goType = 'common.VersionSet';
  override readonly goKind = 'slice';
  private readonly versions: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly observe: Observe;

  constructor(versions: readonly string[], observe: Observe) {
    super();
    this.versions = versions;
    this.known = new Set(versions);
    this.observe = observe;
  }

  override get(): GoValue {
    return undefined;
  }

  override typedMethod(name: string): TemplateFunction | undefined {
    return name === 'Has' ? define(['string'], ([version]) => this.has(version as string)) : undefined;
  }

  private has(version: string): boolean {
    this.observe(`has ${version}`);
    return this.known.has(version);
  }

  override container(): GoValue[] {
    this.observe('apiVersions');
    return [...this.versions];
  }

  override toGoString(): string {
    this.observe('apiVersions');
    return `[${this.versions.join(' ')}]`;
  }
}

class HelmVersionObject extends GoObject {
  readonly goType = 'version.BuildInfo';
  override readonly goKind = 'struct';
  private readonly texts: ReadonlyMap<string, string>;

  constructor(version: HelmVersion) {
    super();
    this.texts = new Map([
      ['Version', version.version],
      ['GitCommit', version.gitCommit],
      ['GitTreeState', version.gitTreeState],
      ['GoVersion', version.goVersion],
      ['KubeClientVersion', version.kubeClientVersion],
    ]);
  }

  override get(name: string): GoValue {
    return this.texts.get(name);
  }

  override get printsItself(): boolean {
    return false;
  }

  override fields(): Fields {
    return [...this.texts];
  }

  override jsonFields(): Fields {
    const named = [...this.texts].map(([name, text]) => [
      name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
      text,
    ]);
    return (named as [string, string][]).filter(([name, text]) => text !== '' || name === 'kube_client_version');
  }

  override toGoString(): string {
    return formatValue(this);
  }
}
