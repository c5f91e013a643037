import type { Outcome } from './render-generated.ts';

interface Result {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/**
 * Why a difference from Helm is as it should be; undefined if there is none or it is not. Each reason is told in
 * docs/helm-differences.md, under that heading.
 */
export function explainedDifference(template: string, helm: Result, ours: Outcome): string | undefined {
  if (helm.kind !== 'output' && helm.kind !== 'error') return undefined;
  const [theirs, own] = [textOf(helm.bytes), textOf(ours.bytes)];
  if (theirs === own && helm.kind === ours.kind) return undefined;
  return REASONS.find(({ explains }) => explains(template, theirs, own))?.heading;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

interface Reason {
  readonly heading: string;
  readonly explains: (template: string, theirs: string, own: string) => boolean;
}

const REASONS: readonly Reason[] = [
  {
    heading: 'Times under verbs that are not for texts',
    explains: (template, _, own) =>
      /printf/.test(template) &&
      (/time\.Time=/.test(own) || /printf[^}]*%[^ }"]*#/.test(template)) &&
      TIMES.test(template),
  },
];

const TIMES = /toDate|mustToDate|date_?modify/i;
