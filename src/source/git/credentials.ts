import { HoldfastError } from '../../lib/errors.ts';
import type { KubeObject } from '../../object/kube-object.ts';
import { normalizeRepoUrl, redactUrl } from './url.ts';

/** How to present oneself to a Git server. Secret throughout: never to be logged. */
export interface GitCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  /** Skip the verification of the server's certificate. */
  readonly insecure?: boolean;
  /** PEM of our own certificate and its key. */
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  /** PEM certificates to trust for this server, instead of the system's. From `argocd-tls-certs-cm`. */
  readonly serverCertificates?: string;
}

/** Which label value makes a Secret a repository's or a template for many. */
const TYPE_LABEL = 'argocd.argoproj.io/secret-type';
/** What GitHub wants beside a token, and other servers ignore. Argo CD sends the same. */
const TOKEN_USERNAME = 'x-access-token';
/** Fields that carry credentials of kinds that are not supported yet. */
const LATER_FIELDS = ['githubAppPrivateKey', 'gcpServiceAccountKey', 'azureServicePrincipalClientId', 'proxy'] as const;

interface RepositorySecret {
  readonly name: string;
  readonly url: string;
  readonly project: string;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * Finds the credentials for a repository among Argo CD's Secrets: the `repository` Secret with the same URL, and when
 * that holds none (or there is none) the `repo-creds` Secret with the longest URL above it, matched on whole path
 * segments, so that `https://host/team` is not for `https://host/team-b/x`. As Argo CD does, case is ignored.
 * @param secrets candidates; others than repository Secrets are skipped. Secrets with a `project` are for it alone
 * @returns `undefined` when no Secret is about this URL
 * @throws {HoldfastError} SOURCE_URL when the Secret holds a kind of credentials that is not supported yet
 * @see https://github.com/argoproj/argo-cd/blob/v3.5.1/util/db/repository_secrets.go
 */
export function selectCredentials(
  url: string,
  secrets: readonly KubeObject[],
  options: { readonly project?: string } = {},
): GitCredentials | undefined {
  const wanted = comparable(url) ?? '';
  const visible = (type: string) => parseSecrets(secrets, type, options.project ?? '');
  const repository = best(visible('repository').filter((secret) => comparable(secret.url) === wanted));
  const templates = visible('repo-creds').filter((secret) => isAbove(comparable(secret.url), wanted));
  const template = best(templates.toSorted((a, b) => b.url.length - a.url.length));
  if (repository === undefined && template === undefined) return undefined;
  const own = repository === undefined ? {} : credentialsOf(repository, url);
  const inherited = template === undefined || hasCredentials(own) ? {} : credentialsOf(template, url);
  return { ...inherited, ...own };
}

/**
 * The credentials with which a repository is read that another repository's files name. Who may write to a repository
 * must not be able to read with everybody's credentials, so that they are only those that the naming repository is read
 * with itself; where the Secrets hold others, the repository is read as anybody could.
 */
export function selectDelegated(
  url: string,
  onBehalfOf: string,
  secrets: readonly KubeObject[],
): GitCredentials | undefined {
  const credentials = selectUsable(url, secrets);
  if (credentials === undefined) return undefined;
  const own = selectUsable(onBehalfOf, secrets) ?? {};
  if (PERSONAL.every((field) => credentials[field] === own[field])) return credentials;
  const { insecure, serverCertificates } = credentials;
  if (insecure === undefined && serverCertificates === undefined) return undefined;
  return {
    ...(insecure === undefined ? {} : { insecure }),
    ...(serverCertificates === undefined ? {} : { serverCertificates }),
  };
}

/** Without those of a kind that is not supported, which would not be lent anyway. */
function selectUsable(url: string, secrets: readonly KubeObject[]): GitCredentials | undefined {
  try {
    return selectCredentials(url, secrets);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

/** Fields that say who asks, beside those that say whom to trust. */
const PERSONAL = ['username', 'password', 'bearerToken', 'tlsClientCert', 'tlsClientKey'] as const;

/** The `authorization` header for these credentials, or `undefined` when they hold none. */
export function authorizationHeader(credentials: GitCredentials): string | undefined {
  const { bearerToken, username, password } = credentials;
  if (bearerToken) return `Bearer ${bearerToken}`;
  if (!username && !password) return undefined;
  const pair = `${username || TOKEN_USERNAME}:${password ?? ''}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Secrets of one type that `project` may use. */
function parseSecrets(secrets: readonly KubeObject[], type: string, project: string): RepositorySecret[] {
  return secrets.flatMap((secret) => {
    if (secret.metadata.labels?.[TYPE_LABEL] !== type) return [];
    const fields = decodeFields(secret);
    const sourceType = fields.get('type') ?? '';
    if (sourceType !== '' && sourceType !== 'git') return [];
    const owner = fields.get('project') ?? '';
    if (owner !== '' && owner !== project) return [];
    return [{ name: secret.metadata.name, url: fields.get('url') ?? '', project: owner, fields }];
  });
}

function decodeFields(secret: KubeObject): Map<string, string> {
  const fields = new Map<string, string>();
  const { data } = secret;
  if (typeof data !== 'object' || data === null) return fields;
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string') fields.set(name, Buffer.from(value, 'base64').toString().trim());
  }
  return fields;
}

/** URL for comparing, or `undefined` when it is none: then it matches nothing. */
function comparable(url: string): string | undefined {
  try {
    return normalizeRepoUrl(url).toLowerCase();
  } catch {
    // A Secret with a broken URL must not keep others from working.
    return undefined;
  }
}

function isAbove(prefix: string | undefined, url: string): boolean {
  return prefix !== undefined && (url === prefix || url.startsWith(`${prefix}/`));
}

/** A project's own Secret goes before one for everybody. */
function best(candidates: readonly RepositorySecret[]): RepositorySecret | undefined {
  return candidates.find(({ project }) => project !== '') ?? candidates[0];
}

function hasCredentials(credentials: GitCredentials): boolean {
  const { username, password, bearerToken, tlsClientCert } = credentials;
  return [username, password, bearerToken, tlsClientCert].some(Boolean);
}

function credentialsOf(secret: RepositorySecret, url: string): GitCredentials {
  const later = LATER_FIELDS.find((name) => secret.fields.get(name));
  if (later !== undefined) {
    throw new HoldfastError(
      'SOURCE_URL',
      `Cannot read ${redactUrl(url)}: its Secret "${secret.name}" uses "${later}", which comes with a later release; use a username and password or a bearerToken`,
      { retry: 'never' },
    );
  }
  const field = (name: string, key: keyof GitCredentials) => {
    const value = secret.fields.get(name);
    return value ? { [key]: value } : {};
  };
  return {
    ...field('username', 'username'),
    ...field('password', 'password'),
    ...field('bearerToken', 'bearerToken'),
    ...field('tlsClientCertData', 'tlsClientCert'),
    ...field('tlsClientCertKey', 'tlsClientKey'),
    ...(secret.fields.get('insecure') === 'true' ? { insecure: true } : {}),
  };
}
