import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../../../../src/object/kube-object.ts';
import { authorizationHeader, selectCredentials, selectDelegated } from '../../../../src/source/git/credentials.ts';

let number = 0;

function secret(type: string, fields: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `secret-${number++}`, labels: { 'argocd.argoproj.io/secret-type': type } },
    data: Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}

const repository = (url: string, password: string, more: Readonly<Record<string, string>> = {}) =>
  secret('repository', { url, username: 'u', password, ...more });
const template = (url: string, password: string, more: Readonly<Record<string, string>> = {}) =>
  secret('repo-creds', { url, username: 'u', password, ...more });
const passwordFor = (url: string, secrets: readonly KubeObject[], project?: string) =>
  selectCredentials(url, secrets, project === undefined ? {} : { project })?.password;

describe('selectCredentials()', () => {
  it.each([
    'https://example.org/team/app',
    'https://example.org/team/app.git',
    'https://EXAMPLE.org/Team/App/',
    'https://x@example.org/team/app',
  ])('finds the Secret of the repository for %j', (url) => {
    expect(passwordFor(url, [repository('https://example.org/team/app.git', 'p')])).toBe('p');
  });

  it.each([
    'https://example.org/team/app2',
    'https://example.org/team',
    'https://example.org.evil.test/team/app',
    'https://example.org:8443/team/app',
    'http://example.org/team/app',
    'https://evil.test/?https://example.org/team/app',
    'https://evil.test/https://example.org/team/app',
    'https://example.org@evil.test/team/app',
  ])('does not give it to %j', (url) => {
    const secrets = [repository('https://example.org/team/app', 'p'), template('https://example.org/team/app', 'p')];
    expect(selectCredentials(url, secrets)).toBeUndefined();
  });

  it('takes the longest template above the URL, on whole segments', () => {
    const secrets = [
      template('https://example.org', 'host'),
      template('https://example.org/team/', 'team'),
      template('https://example.org/team/app', 'app'),
    ];
    expect(passwordFor('https://example.org/other/x', secrets)).toBe('host');
    expect(passwordFor('https://example.org/team/x', secrets)).toBe('team');
    expect(passwordFor('https://example.org/team-b/x', secrets)).toBe('host');
    expect(passwordFor('https://example.org/team/app', secrets)).toBe('app');
    expect(passwordFor('https://example.org/team/app/sub', secrets)).toBe('app');
    expect(passwordFor('https://example.org.evil.test/team/x', secrets)).toBeUndefined();
  });

  it('takes a template when the repository Secret holds no credentials, and keeps its other settings', () => {
    const url = 'https://example.org/team/app';
    const secrets = [secret('repository', { url, insecure: 'true' }), template('https://example.org', 'p')];
    expect(selectCredentials(url, secrets)).toEqual({ username: 'u', password: 'p', insecure: true });
    expect(passwordFor(url, [repository(url, 'own'), template('https://example.org', 'p')])).toBe('own');
  });

  it('gives a project its own Secret and no other project that one', () => {
    const url = 'https://example.org/app';
    const secrets = [repository(url, 'everybody'), repository(url, 'blue', { project: 'blue' })];
    expect(passwordFor(url, secrets, 'blue')).toBe('blue');
    expect(passwordFor(url, secrets, 'red')).toBe('everybody');
    expect(passwordFor(url, secrets.slice(1), 'red')).toBeUndefined();
    expect(passwordFor(url, secrets.slice(1))).toBeUndefined();
  });

  it('skips Secrets of other kinds and with broken URLs', () => {
    const url = 'https://example.org/app';
    const secrets = [
      secret('cluster', { url, password: 'no' }),
      repository(url, 'helm', { type: 'helm' }),
      repository('not a url', 'no'),
      secret('repository', {}),
      { ...secret('repository', {}), data: null },
      repository(url, 'yes', { type: 'git' }),
    ];
    expect(passwordFor(url, secrets)).toBe('yes');
    expect(passwordFor('also not a url', secrets)).toBeUndefined();
  });

  it('reads tokens, certificates and the insecure flag', () => {
    const url = 'https://example.org/app';
    const fields = { url, bearerToken: 't', tlsClientCertData: 'C', tlsClientCertKey: 'K', insecure: 'true' };
    expect(selectCredentials(url, [secret('repository', fields)])).toEqual({
      bearerToken: 't',
      tlsClientCert: 'C',
      tlsClientKey: 'K',
      insecure: true,
    });
  });

  it.each(['githubAppPrivateKey', 'proxy'])('says that %s comes later, without its value', (field) => {
    const url = 'https://example.org/app';
    const select = () => selectCredentials(url, [secret('repository', { url, [field]: 's3cret' })]);
    expect(select).toThrow(expect.objectContaining({ code: 'SOURCE_URL' }));
    expect(select).toThrow(/later release/);
    expect(select).not.toThrow(/s3cret/);
  });
});

describe('authorizationHeader()', () => {
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it.each([
    [{}, undefined],
    [{ username: '', password: '' }, undefined],
    [{ username: 'u', password: 'p' }, basic('u:p')],
    [{ username: 'u' }, basic('u:')],
    [{ password: 'token' }, basic('x-access-token:token')],
    [{ username: '', password: 'token' }, basic('x-access-token:token')],
    [{ username: 'u', password: 'p', bearerToken: 't' }, 'Bearer t'],
  ])('makes of %j %j', (credentials, header) => {
    expect(authorizationHeader(credentials)).toBe(header);
  });
});

describe('selectDelegated()', () => {
  const host = template('https://example.org/team', 'shared');
  const secrets = [host, repository('https://example.org/team/app', 'own'), repository('https://else.test/x', 'other')];

  it('reads with the credentials of the repository that names the other one', () => {
    const both = selectDelegated('https://example.org/team/base', 'https://example.org/team/web', secrets);
    expect(both?.password).toBe('shared');
  });

  it.each([
    ['https://example.org/team/base', 'https://example.org/team/app'],
    ['https://example.org/team/app', 'https://example.org/team/web'],
    ['https://else.test/x', 'https://example.org/team/app'],
    ['https://else.test/x', 'https://public.test/y'],
  ])('reads %s for %s without any, since they are not the same', (url, onBehalfOf) => {
    const credentials = selectDelegated(url, onBehalfOf, secrets) ?? {};
    expect(authorizationHeader(credentials)).toBeUndefined();
  });

  it('never lends the credentials of the naming repository to another one', () => {
    expect(selectDelegated('https://evil.test/base', 'https://example.org/team/app', secrets)).toBeUndefined();
  });

  it('keeps what says whom to trust', () => {
    const lax = [repository('https://else.test/x', 'other', { insecure: 'true' })];
    expect(selectDelegated('https://else.test/x', 'https://example.org/y', lax)).toEqual({ insecure: true });
  });
});
