import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { byField, whenAbsent } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import { type Health } from '../health.ts';
import { mappingAt, valueAt } from '../read.ts';

const GLOO: HealthRule = inTurn(glooHealth, waiting('Update in progress'));
const CURRENT = { onlyCurrent: true };

/** Gloo, Contour and Istio's operator. */
export const GATEWAYS: HealthRules = {
  'gateway.solo.io/Gateway': GLOO,
  'gateway.solo.io/MatchableHttpGateway': GLOO,
  'gateway.solo.io/RouteOption': GLOO,
  'gateway.solo.io/RouteTable': GLOO,
  'gateway.solo.io/VirtualHostOption': GLOO,
  'gateway.solo.io/VirtualService': GLOO,
  'gloo.solo.io/Proxy': GLOO,
  'gloo.solo.io/Settings': GLOO,
  'gloo.solo.io/Upstream': GLOO,
  'gloo.solo.io/UpstreamGroup': GLOO,
  'projectcontour.io/ExtensionService': inTurn(
    byConditions(
      [
        ['Valid=True', 'Healthy'],
        ['Valid=False', 'Degraded'],
      ],
      CURRENT,
    ),
    waiting('Waiting for status'),
  ),
  'projectcontour.io/HTTPProxy': inTurn(proxyHealth, proxyWithoutConditions, waiting('Waiting for status')),
  'install.istio.io/IstioOperator': inTurn(
    byField('status.status', {
      ...both(0, 'NONE', ['Unknown', 'Component is not present.']),
      ...both(1, 'UPDATING', ['Progressing', 'Component is being updated to a different version.']),
      ...both(2, 'RECONCILING', [
        'Progressing',
        'Controller has started but not yet completed reconciliation loop for the component.',
      ]),
      ...both(3, 'HEALTHY', ['Healthy', 'Component is healthy.']),
      ...both(4, 'ERROR', ['Degraded', 'Component is in an error state.']),
    }),
    waiting('Waiting for Istio Control Plane'),
  ),
};

type Verdict = Parameters<typeof byField>[1][string];

/** Enumerations of protocol buffers are numbers or their names. */
function both(number: number, name: string, verdict: Verdict): Record<string, Verdict> {
  return { [String(number)]: verdict, [name]: verdict };
}

/** Gloo's status is one, or one for each namespace that an instance runs in. */
function glooHealth(object: KubeObject): Health | undefined {
  const statuses = valueAt(object, 'status.statuses');
  for (const status of Object.values(mappingAt({ statuses }, 'statuses'))) {
    const health = GLOO_STATE({ ...object, status });
    if (health !== undefined) return health;
  }
  return GLOO_STATE(object);
}

const GLOO_STATE = byField('status.state', {
  ...both(0, 'Pending', ['Suspended', 'The resource has not yet been validated']),
  ...both(1, 'Accepted', ['Healthy', 'The resource has been validated']),
  ...both(2, 'Rejected', ['Degraded', '{status.reason}']),
  ...both(3, 'Warning', ['Degraded', '{status.reason}']),
});

/** Proxies that include others depend on them as these on it: their faults would block each other's roll-out. */
function proxyHealth(object: KubeObject): Health | undefined {
  const hasIncludes = valueAt(object, 'spec.includes') !== undefined;
  return (hasIncludes ? INCLUDING_PROXY : PROXY)(object);
}

const DESCRIPTION = '{status.description}';
const PROXY = byConditions(
  [
    ['Valid=True', 'Healthy', DESCRIPTION],
    ['Valid=False', 'Degraded', DESCRIPTION],
  ],
  CURRENT,
);
const INCLUDING_PROXY = byConditions(
  [
    ['Valid=True', 'Healthy', DESCRIPTION],
    ['*=False', 'Healthy', 'HTTPProxy inclusions cannot be health checked'],
  ],
  CURRENT,
);

function proxyWithoutConditions(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status.currentStatus') === undefined) return undefined;
  return whenAbsent('status.conditions', 'Progressing', DESCRIPTION)(object);
}
