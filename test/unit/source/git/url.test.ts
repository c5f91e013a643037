import { describe, expect, it } from 'vitest';

import { normalizeRepoUrl, parseRepoUrl, redactUrl } from '../../../../src/source/git/url.ts';

describe('normalizeRepoUrl()', () => {
  it.each([
    ['https://example.org/team/app', 'https://example.org/team/app'],
    ['https://example.org/team/app.git', 'https://example.org/team/app'],
    ['https://example.org/team/app/', 'https://example.org/team/app'],
    ['https://example.org/team/app.git//', 'https://example.org/team/app'],
    ['  https://example.org/team/app.GIT  ', 'https://example.org/team/app'],
    ['HTTPS://Example.ORG/Team/App', 'https://example.org/Team/App'],
    ['https://user:pass@example.org/team/app', 'https://example.org/team/app'],
    ['https://example.org:443/app', 'https://example.org/app'],
    ['http://example.org:80/app', 'http://example.org/app'],
    ['https://example.org:8443/app', 'https://example.org:8443/app'],
    ['https://example.org/app?token=x#y', 'https://example.org/app'],
    ['https://example.org/a/../b', 'https://example.org/b'],
    ['https://example.org', 'https://example.org'],
    ['git@example.org:team/app.git', 'ssh://example.org/team/app'],
    ['example.org:team/app', 'ssh://example.org/team/app'],
    ['git@example.org:/team/app', 'ssh://example.org/team/app'],
    ['ssh://git@example.org/team/app.git', 'ssh://example.org/team/app'],
    ['ssh://git@example.org:2222/team/app', 'ssh://example.org:2222/team/app'],
  ])('makes %j %j', (url, normalized) => {
    expect(normalizeRepoUrl(url)).toBe(normalized);
    expect(normalizeRepoUrl(normalized)).toBe(normalized);
  });

  it.each([
    '',
    '   ',
    'file:///srv/git/app',
    '/srv/git/app',
    './app',
    'ext::sh -c touch% /tmp/x',
    'ext::sh',
    'fd::17',
    'git://example.org/app',
    'ftp://example.org/app',
    'https://',
    'https://exa\nmple.org/app',
    'https://example.org/a b',
    'https://example.org/a\tb',
    'ssh://-oProxyCommand=x/app',
    '-oProxyCommand=x:app',
    'javascript:alert(1)',
  ])('refuses %j', (url) => {
    // What looks like host:path may be normalized, but nothing of it can be fetched.
    expect(() => parseRepoUrl(url)).toThrow(expect.objectContaining({ code: 'SOURCE_URL', retry: 'never' }));
  });
});

describe('parseRepoUrl()', () => {
  it('keeps what the server needs and takes the user information out', () => {
    expect(parseRepoUrl('https://ada:p%40ss@Example.org/Team/app.git/')).toEqual({
      fetchUrl: 'https://example.org/Team/app.git',
      normalized: 'https://example.org/Team/app',
      userInfo: { username: 'ada', password: 'p@ss' },
    });
    expect(parseRepoUrl('http://example.org/app').userInfo).toBeUndefined();
  });

  it.each(['git@example.org:team/app.git', 'ssh://git@example.org/app', 'example.org:app'])(
    'says of %j that SSH comes later',
    (url) => {
      expect(() => parseRepoUrl(url)).toThrow(/SSH comes with a later release/);
    },
  );
});

describe('redactUrl()', () => {
  it.each([
    'https://ada:s3cret@example.org/app',
    'https://s3cret@example.org/app',
    'https://example.org/app?token=s3cret',
    'https://example.org/app#s3cret',
    'https://ada:s3cret/x@example.org/app',
    'ada:s3cret@example.org:app',
    'https://ada:s3cret@exa mple.org/app?x',
    'not a url s3cret@x',
  ])('hides the secret of %j', (url) => {
    expect(redactUrl(url)).not.toContain('s3cret');
    expect(redactUrl(url)).not.toBe('');
    let message = '';
    try {
      parseRepoUrl(`${url} `.replace('https', 'ftp'));
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('Cannot use the repository URL');
    expect(message).not.toContain('s3cret');
  });
});
