/** Health of one object or of an application, in Argo CD's words. */
export type HealthStatus = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown';

/** A health verdict; `message` says why where there is something to say. */
export interface Health {
  readonly status: HealthStatus;
  readonly message?: string;
}

/** From best to worst; an application is as healthy as its worst resource. */
export const HEALTH_ORDER: readonly HealthStatus[] = [
  'Healthy',
  'Suspended',
  'Progressing',
  'Missing',
  'Degraded',
  'Unknown',
];
