import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions } from '../forms/by-conditions.ts';
import { whenField, whenStale } from '../forms/by-field.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { mappingAt } from '../read.ts';

const UPDATING = 'Update in progress';

/** Config Connector's resources and Google Kubernetes Engine's certificates. */
export const GOOGLE: HealthRules = {
  '*.cnrm.cloud.google.com/*': inTurn(
    whenStale(UPDATING),
    connectorHealth,
    byConditions([
      ['*=True:UpToDate', 'Healthy'],
      ['*:UpdateFailed', 'Degraded'],
      ['*:DependencyNotFound', 'Degraded'],
      ['*:DependencyNotReady', 'Suspended'],
    ]),
    waiting(UPDATING),
  ),
  'networking.gke.io/ManagedCertificate': inTurn(
    byConditions([['*=FailedNotVisible', 'Degraded', 'At least one certificate has failed to be provisioned']], {
      at: 'status.domainStatus',
    }),
    whenField('status.certificateStatus', 'Active', 'Healthy', 'All certificates are active'),
    waiting('At least one certificate is still being provisioned'),
  ),
};

/** The connector itself says in one field whether it works. */
function connectorHealth(object: KubeObject): Health | undefined {
  if (object.kind !== 'ConfigConnector' && object.kind !== 'ConfigConnectorContext') return undefined;
  const healthy = mappingAt(object, 'status')['healthy'];
  if (healthy === undefined || healthy === null) return undefined;
  return healthy === true ? WORKING(object) : BROKEN(object);
}

const WORKING = always('Healthy', '{kind} is healthy');
const BROKEN = always('Degraded', '{kind} is not healthy');
