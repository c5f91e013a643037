import { describe, expect, it } from 'vitest';

import { createBuildEnvironment, expandVariables } from '../../../../src/render/argocd/build-environment.ts';

const INPUTS = {
  appName: 'shop',
  namespace: 'live',
  project: 'retail',
  revision: '0123456789abcdef',
  repoURL: 'https://git.example/shop.git',
  path: 'deploy',
  targetRevision: 'main',
};

describe('expandVariables()', () => {
  // The second column is what Go's os.Expand gives with Argo CD's mapping.
  it.each([
    ['$ARGOCD_APP_NAME', 'shop'],
    ['${ARGOCD_APP_NAME}-x', 'shop-x'],
    ['$ARGOCD_APP_NAME-x', 'shop-x'],
    ['$ARGOCD_APP_NAMEx', ''],
    ['$ARGOCD_APP_NAMESPACE/$ARGOCD_APP_PROJECT_NAME', 'live/retail'],
    [
      '$ARGOCD_APP_REVISION $ARGOCD_APP_REVISION_SHORT $ARGOCD_APP_REVISION_SHORT_8',
      '0123456789abcdef 0123456 01234567',
    ],
    ['$ARGOCD_APP_SOURCE_REPO_URL', 'https://git.example/shop.git'],
    ['$ARGOCD_APP_SOURCE_PATH@$ARGOCD_APP_SOURCE_TARGET_REVISION', 'deploy@main'],
    ['$$', '$'],
    ['$$ARGOCD_APP_NAME', '$ARGOCD_APP_NAME'],
    ['$$$ARGOCD_APP_NAME', '$shop'],
    ['${$}', '$'],
    ['cost: 5$', 'cost: 5$'],
    ['a $ b', 'a $ b'],
    ['a$.b', 'a$.b'],
    ['${}x', 'x'],
    ['${x', 'x'],
    ['$1$2', ''],
    ['$-x', 'x'],
    ['${a b}', ''],
    ['$é', '$é'],
    ['$__proto__ $constructor', ' '],
    ['', ''],
  ])('makes of %j', (text, expected) => {
    expect(expandVariables(text, createBuildEnvironment(INPUTS))).toBe(expected);
  });

  it('remembers which names it was asked for', () => {
    const environment = createBuildEnvironment(INPUTS);
    expandVariables('$ARGOCD_APP_NAME $$ $OTHER', environment);
    expect([...environment.asked]).toEqual(['ARGOCD_APP_NAME', 'OTHER']);
  });
});
