import type { ObjectMeta } from '../object/kube-object.ts';
import type { API_VERSION, Destination } from './types.ts';

/** Rules for a group of Applications. JSON names and optionality follow Argo CD's Go types. */
export interface AppProject {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: 'AppProject';
  readonly metadata: Readonly<ObjectMeta>;
  readonly spec: AppProjectSpec;
  readonly status?: {
    readonly jwtTokensByRole?: Readonly<Record<string, { readonly items?: readonly ProjectToken[] }>>;
  };
}

/** What applications of a project may do. */
export interface AppProjectSpec {
  readonly description?: string;
  /** Globs; `!` denies. */
  readonly sourceRepos?: readonly string[];
  /** Namespaces other than the control namespace whose Applications may use the project; globs. */
  readonly sourceNamespaces?: readonly string[];
  /** Globs; `!` denies. */
  readonly destinations?: readonly Destination[];
  readonly clusterResourceWhitelist?: readonly NamedGroupKind[];
  readonly clusterResourceBlacklist?: readonly NamedGroupKind[];
  readonly namespaceResourceWhitelist?: readonly GroupKind[];
  readonly namespaceResourceBlacklist?: readonly GroupKind[];
  readonly roles?: readonly ProjectRole[];
  readonly orphanedResources?: {
    readonly warn?: boolean;
    readonly ignore?: readonly { readonly group?: string; readonly kind?: string; readonly name?: string }[];
  };
  readonly syncWindows?: readonly SyncWindow[];
  readonly signatureKeys?: readonly { readonly keyID: string }[];
  readonly sourceIntegrity?: {
    readonly git: {
      readonly policies: readonly {
        readonly repos: readonly { readonly url: string }[];
        readonly gpg: { readonly mode: string; readonly keys: readonly string[] };
      }[];
    };
  };
  readonly permitOnlyProjectScopedClusters?: boolean;
  readonly destinationServiceAccounts?: readonly {
    readonly server: string;
    readonly namespace?: string;
    readonly defaultServiceAccount: string;
  }[];
}

/** A kind; globs. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** A kind and, optionally, names of its objects; globs. */
export interface NamedGroupKind extends GroupKind {
  readonly name?: string;
}

/** What the members of some groups and the holders of some tokens may do. */
export interface ProjectRole {
  readonly name: string;
  readonly description?: string;
  /** Lines as in `policy.csv`. */
  readonly policies?: readonly string[];
  readonly groups?: readonly string[];
  readonly jwtTokens?: readonly ProjectToken[];
}

/** A token that was issued. Times are seconds since the epoch. */
export interface ProjectToken {
  readonly iat: number;
  readonly exp?: number;
  readonly id?: string;
}

/** A time in which syncs are allowed or denied. */
export interface SyncWindow {
  /** `allow` or `deny`. */
  readonly kind?: string;
  /** Cron expression of the opening. */
  readonly schedule?: string;
  /** Go duration. */
  readonly duration?: string;
  /** IANA name; UTC when absent. */
  readonly timeZone?: string;
  readonly applications?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly clusters?: readonly string[];
  /** Applications, namespaces and clusters must all match, not just one of them. */
  readonly andOperator?: boolean;
  readonly manualSync?: boolean;
  readonly syncOverrun?: boolean;
  readonly description?: string;
}
