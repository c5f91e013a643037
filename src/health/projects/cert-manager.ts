import { byConditions, byReady } from '../forms/by-conditions.ts';
import { type HealthRules, inTurn, waiting } from '../forms/rule.ts';

const WAITING_FOR_CERTIFICATE = waiting('Waiting for certificate');
const ISSUER = inTurn(byReady(), waiting('Initializing issuer'));

/** cert-manager's kinds, under its group of today and the one before version 0.11. */
export const CERT_MANAGER: HealthRules = {
  'cert-manager.io/Certificate': inTurn(
    byConditions([['Issuing=True', 'Progressing']]),
    byReady(),
    WAITING_FOR_CERTIFICATE,
  ),
  'cert-manager.io/Issuer': ISSUER,
  'cert-manager.io/ClusterIssuer': inTurn(byReady(), waiting('Initializing ClusterIssuer')),
  'certmanager.k8s.io/Certificate': inTurn(byReady(), WAITING_FOR_CERTIFICATE),
  'certmanager.k8s.io/Issuer': ISSUER,
};
