import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { conditionsOf, type Fields, mappingAt, mappingsAt, valueAt } from '../read.ts';

/** The Gateway API's kinds: whether each parent or listener took them and has them programmed. */
export const GATEWAY_API: HealthRules = {
  'gateway.networking.k8s.io/Gateway': gatewayHealth,
  'gateway.networking.k8s.io/GatewayClass': inTurn(classHealth, waiting('Waiting for GatewayClass status')),
  'gateway.networking.k8s.io/HTTPRoute': routeHealth('HTTPRoute', isObservedBy),
  'gateway.networking.k8s.io/GRPCRoute': routeHealth('GRPCRoute', () => true),
  'gateway.networking.k8s.io/BackendTLSPolicy': backendTlsPolicyHealth,
};

/** What is refused weighs more than what is not programmed yet. */
function accepted(what: string): HealthRule {
  return inTurn(
    byConditions([['ResolvedRefs=False', 'Degraded', '{condition.message|Failed condition: ResolvedRefs}']]),
    byConditions([['Accepted=False', 'Degraded', '{condition.message|Failed condition: Accepted}']]),
    byConditions([['Programmed!=True', 'Progressing', `{condition.message|${what} is still being programmed}`]]),
  );
}

/** A rule over the conditions of a part of the object's status, with the part's name before the message. */
function judgePart(object: KubeObject, part: Fields, prefix: string, rule: HealthRule): Health | undefined {
  const health = rule({ ...object, status: { conditions: part['conditions'] } });
  return health === undefined ? undefined : { ...health, message: `${prefix}${health.message ?? ''}` };
}

function gatewayHealth(object: KubeObject): Health {
  const listeners = mappingsAt(mappingAt(object, 'status'), 'listeners');
  const fault = GATEWAY(object);
  if (fault !== undefined) return fault;
  for (const listener of listeners) {
    const health = judgePart(object, listener, 'Listener: ', LISTENER);
    if (health !== undefined) return health;
  }
  const isTold = valueAt(object, 'status.conditions') !== undefined || listeners.length > 0;
  return isTold
    ? { status: 'Healthy', message: 'Gateway is healthy' }
    : { status: 'Progressing', message: 'Waiting for Gateway status' };
}

const GATEWAY = accepted('Gateway');
const LISTENER = accepted('Listener');
const ROUTE = accepted('Route');

/** A condition of an older generation tells nothing of the class. */
function classHealth(object: KubeObject): Health | undefined {
  const current = conditionsOf(object).filter((condition) => isCurrent(object, condition));
  return CLASS({ ...object, status: { conditions: current } });
}

const CLASS = byConditions([
  ['Accepted=True', 'Healthy', '{condition.message|GatewayClass is accepted}'],
  ['Accepted=False', 'Degraded', '{condition.message|GatewayClass is not accepted}'],
  ['Accepted', 'Progressing', '{condition.message|Waiting for GatewayClass status}'],
]);

function isCurrent(object: KubeObject, condition: Fields): boolean {
  const generation = valueAt(object, 'metadata.generation');
  const observed = valueAt(condition, 'observedGeneration');
  return generation === undefined || observed === undefined || observed === generation;
}

type ParentFilter = (object: KubeObject, parent: Fields) => boolean;

/** A route is healthy when no parent that counts refuses it, and one of them has said something. */
function routeHealth(kind: string, counts: ParentFilter): HealthRule {
  return (object) => {
    const parents = mappingsAt(mappingAt(object, 'status'), 'parents').filter((parent) => counts(object, parent));
    for (const parent of parents) {
      const health = judgePart(object, parent, `Parent ${nameOf(parent, 'parentRef')}: `, ROUTE);
      if (health !== undefined) return health;
    }
    return parents.some((parent) => mappingsAt(parent, 'conditions').length > 0)
      ? { status: 'Healthy', message: `${kind} is healthy` }
      : { status: 'Progressing', message: `Waiting for ${kind} status` };
  };
}

function isObservedBy(object: KubeObject, parent: Fields): boolean {
  const conditions = mappingsAt(parent, 'conditions');
  if (valueAt(object, 'metadata.generation') === undefined) return true;
  return conditions.length > 0 && conditions.every((condition) => isCurrent(object, condition));
}

function nameOf(part: Fields, ref: string): string {
  const name = valueAt(part, `${ref}.name`);
  return typeof name === 'string' ? name : '';
}

function backendTlsPolicyHealth(object: KubeObject): Health {
  const ancestors = mappingsAt(mappingAt(object, 'status'), 'ancestors');
  const late = ancestors.find((one) => mappingsAt(one, 'conditions').some((each) => !isCurrent(object, each)));
  if (late !== undefined) {
    const message = `Waiting for Ancestor ${nameOf(late, 'ancestorRef')} to update BackendTLSPolicy status`;
    return { status: 'Progressing', message };
  }
  for (const ancestor of ancestors) {
    const health = judgePart(object, ancestor, `Ancestor ${nameOf(ancestor, 'ancestorRef')}: `, REFUSED);
    if (health !== undefined) return health;
  }
  return ancestors.flatMap((one) => mappingsAt(one, 'conditions')).some(({ type }) => type === 'Accepted')
    ? { status: 'Healthy', message: 'BackendTLSPolicy is healthy' }
    : { status: 'Progressing', message: 'Waiting for BackendTLSPolicy status' };
}

const REFUSED = byConditions([
  ['Accepted!=True', 'Degraded'],
  ['ResolvedRefs!=True', 'Degraded'],
]);
