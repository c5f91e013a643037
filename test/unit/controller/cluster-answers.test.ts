import { describe, expect, it } from 'vitest';
import type { Discovery } from '../../../src/cluster/discovery.ts';
import { answersStillHold, observedCapabilities, requireCertainty } from '../../../src/controller/cluster-answers.ts';
import type { CapabilityQuestion } from '../../../src/render/helm/capabilities.ts';

type Known = Pick<Discovery, 'serverVersion' | 'apiVersions' | 'incomplete'> & { readonly stale: readonly string[] };

const NOW: Known = {
  serverVersion: 'v1.36.3',
  apiVersions: ['example.org/v1', 'example.org/v1/Thing', 'metrics.k8s.io/v1'],
  incomplete: false,
  stale: [],
};

/** As much of a discovery as charts see. */
function discovery(known: Partial<Known> = {}): Discovery {
  const { stale, ...others } = { ...NOW, ...known };
  const unused = (): never => {
    throw new Error('charts do not ask this');
  };
  return {
    ...others,
    isStale: (version) => stale.includes(version),
    lookup: unused,
    preferred: unused,
    isUncertain: unused,
    kinds: unused,
    refresh: unused,
  };
}

function ask(questions: readonly CapabilityQuestion[], known: Partial<Known> = {}): Map<CapabilityQuestion, string> {
  const answers = new Map<CapabilityQuestion, string>();
  const { observe } = observedCapabilities(discovery(known), answers);
  for (const question of questions) observe?.(question);
  return answers;
}

const DOWN: Partial<Known> = { stale: ['metrics.k8s.io/v1'], incomplete: true };

describe('answersStillHold()', () => {
  it.each<[string, CapabilityQuestion[], Partial<Known>, boolean]>([
    ['nothing was asked, whatever changes', [], { serverVersion: 'v2', apiVersions: [] }, true],
    ['the version is the same', ['kubeVersion'], { apiVersions: [] }, true],
    ['the version is new', ['kubeVersion'], { serverVersion: 'v1.37.0' }, false],
    ['another kind has come', ['has example.org/v1'], { apiVersions: [...NOW.apiVersions, 'x/v1'] }, true],
    ['the kind has come', ['has new/v1'], { apiVersions: ['new/v1'] }, false],
    ['the kind has gone', ['has example.org/v1/Thing'], { apiVersions: ['example.org/v1'] }, false],
    ['all were asked for and one has come', ['apiVersions'], { apiVersions: [...NOW.apiVersions, 'x/v1'] }, false],
    ['all were asked for and are the same', ['apiVersions'], { serverVersion: 'v2' }, true],
    ['nobody can tell now', ['has metrics.k8s.io/v1/Pods', 'apiVersions'], DOWN, true],
  ])('when %s', (_what, questions, later, holds) => {
    expect(answersStillHold(ask(questions), discovery(later))).toBe(holds);
  });
});

describe('requireCertainty()', () => {
  it.each<[string, CapabilityQuestion[], Partial<Known>]>([
    ['everything answers', ['has metrics.k8s.io/v1/Pods', 'apiVersions', 'kubeVersion'], {}],
    ['the version itself is asked for', ['has metrics.k8s.io/v1', 'has example.org/v1/Other', 'has v1'], DOWN],
  ])('lets a render be when %s', (_what, questions, known) => {
    expect(() => requireCertainty(ask(questions, known), 'x')).not.toThrow();
  });

  it.each<[CapabilityQuestion, string]>([
    ['has metrics.k8s.io/v1/Pods', 'whether the cluster has metrics.k8s.io/v1/Pods'],
    ['apiVersions', 'which API versions'],
  ])('I3: has a render tried again that took for absent what nobody can tell: %s', (question, words) => {
    expect(() => requireCertainty(ask([question], DOWN), 'charts/web')).toThrow(
      expect.objectContaining({ retry: 'backoff', message: expect.stringContaining(words) as string }),
    );
  });
});
