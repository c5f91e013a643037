import type { KubeObject } from '../../object/kube-object.ts';
import { byConditions, byReady } from '../forms/by-conditions.ts';
import { byField } from '../forms/by-field.ts';
import { type HealthRule, type HealthRules, inTurn, waiting } from '../forms/rule.ts';
import type { Health } from '../health.ts';
import { mappingAt, textAt } from '../read.ts';

const ready = (kind: string): HealthRule => inTurn(byReady(), waiting(`Waiting for ${kind}`));

/** What brings Secrets from elsewhere: External Secrets (both projects of the name), Sealed Secrets, 1Password. */
export const SECRETS: HealthRules = {
  'external-secrets.io/ExternalSecret': ready('ExternalSecret'),
  'external-secrets.io/PushSecret': ready('PushSecret'),
  'external-secrets.io/SecretStore': ready('SecretStore'),
  'external-secrets.io/ClusterSecretStore': ready('ClusterSecretStore'),
  'external-secrets.io/ClusterExternalSecret': inTurn(latestOf, waiting('Waiting for ClusterExternalSecret')),
  'kubernetes-client.io/ExternalSecret': inTurn(
    byField('status.status', { SUCCESS: ['Healthy', 'Fetched ExternalSecret.'] }),
    legacyError,
    waiting('Waiting for ExternalSecret.'),
  ),
  'bitnami.com/SealedSecret': inTurn(byReady('Synced'), waiting('Waiting for Sealed Secret to be decrypted')),
  'onepassword.com/OnePasswordItem': inTurn(byReady(), waiting('Waiting for controller to report status')),
};

/** Its controller appends conditions, so that the last one tells how it is now. */
function latestOf(object: KubeObject): Health | undefined {
  const status = mappingAt(object, 'status');
  const conditions = status['conditions'];
  if (!Array.isArray(conditions)) return undefined;
  return LATEST({ ...object, status: { conditions: conditions.slice(-1) } });
}

const LATEST = byConditions([
  ['Ready=True', 'Healthy'],
  ['PartiallyReady=True', 'Degraded'],
  ['NotReady=True', 'Degraded'],
]);

function legacyError(object: KubeObject): Health | undefined {
  const status = textAt(mappingAt(object, 'status'), 'status');
  if (!status.startsWith('ERROR')) return undefined;
  return { status: 'Degraded', message: status.replaceAll('ERROR, ', '') };
}
