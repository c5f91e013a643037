import {
  bare,
  described,
  type Fields,
  flag,
  integer,
  LATER,
  listOf,
  mapOf,
  object,
  type Schema,
  text,
  texts,
  time,
} from './schema.ts';
import { hydratorSchema, sourceSchema } from './source-schema.ts';

const bareSource = bare(sourceSchema);
const bareSources = listOf(bareSource);

/** `ApplicationDestination`. */
export const destinationSchema: Schema = object({
  name: text('Name of the cluster; "in-cluster" is this one.'),
  namespace: text('Namespace of objects that name none.'),
  server: text('API server URL of the cluster; https://kubernetes.default.svc is this one.'),
});

const ignoreDifferences: Schema = listOf(
  object(
    {
      group: text('API group; globs.'),
      jqPathExpressions: texts(`jq paths.${LATER}`),
      jsonPointers: texts('JSON pointers.'),
      kind: text('Kind; globs.'),
      managedFieldsManagers: texts('Field managers whose fields are ignored.'),
      name: text('Name.'),
      namespace: text('Namespace.'),
    },
    { required: ['kind'] },
  ),
);

const info: Schema = listOf(object({ name: text(), value: text() }, { required: ['name', 'value'] }));

const retry: Schema = object({
  backoff: object(
    {
      duration: text('First wait, as a Go duration (5s).'),
      factor: integer('How much longer each wait is than the one before.'),
      maxDuration: text('Longest wait, as a Go duration (3m).'),
    },
    { about: 'How long to wait.' },
  ),
  limit: integer('How often to try again; endlessly when negative.'),
  refresh: flag('Look for a newer revision before each attempt.'),
});

const namespaceMetadata: Schema = object({
  annotations: mapOf(text(), 'Annotations.'),
  labels: mapOf(text(), 'Labels.'),
});

const automated: Schema = object(
  {
    allowEmpty: flag('Allow a render without any object to delete everything.'),
    enabled: flag('false turns automated sync off.'),
    prune: flag('Delete objects that are no longer in the source.'),
    selfHeal: flag('Undo changes made in the cluster.'),
  },
  { about: 'Sync without being asked. On when present, unless enabled is false.' },
);

const syncPolicy: Schema = object(
  {
    automated,
    managedNamespaceMetadata: described(
      namespaceMetadata,
      `Labels and annotations of the namespace that CreateNamespace=true makes.${LATER}`,
    ),
    retry: described(retry, `How a failed sync is tried again.${LATER}`),
    syncOptions: texts(
      'Options, Key=value each. CreateNamespace, Prune, Delete and PrunePropagationPolicy are acted on.',
    ),
  },
  { about: 'When and how to sync.' },
);

const specFields: Fields = {
  destination: described(destinationSchema, 'Where objects go. Only this cluster is served yet.'),
  ignoreDifferences: described(ignoreDifferences, 'Differences that do not count.'),
  info: described(info, 'Names and values for people.'),
  project: text('Project. Its rules are not acted on yet.'),
  revisionHistoryLimit: integer('How many deployments status.history keeps; 10 when absent.'),
  source: described(sourceSchema, 'Where manifests come from.'),
  sourceHydrator: described(bare(hydratorSchema), `Rendering into a branch first.${LATER}`),
  sources: described(bareSources, `Several sources; win over source when not empty.${LATER}`),
  syncPolicy,
};

/** `ApplicationSpec`. An Application without a project gets `default`, which Argo CD does only on its own API. */
export const applicationSpecSchema: Schema = object(
  { ...specFields, project: { ...text('Project. Its rules are not acted on yet.'), default: 'default' } },
  { required: ['destination', 'project'], about: 'What is wanted.' },
);

/** `ApplicationSpec` inside a template. No default: it would win over the template that this one overrides. */
export const templateSpecSchema: Schema = bare(object(specFields));

const initiatedBy: Schema = object({
  automated: flag('The controller asked.'),
  username: text('Who asked.'),
});

const force: Schema = object({ force: flag('Delete and create again what cannot be changed.') });

const syncOperation: Schema = object(
  {
    autoHealAttemptsCount: integer('How many repairs went before.'),
    dryRun: flag('Change nothing.'),
    manifests: texts(`Manifests in place of those of the source.${LATER}`),
    prune: flag('Delete objects that are no longer in the source.'),
    resources: listOf(
      object({ group: text(), kind: text(), name: text(), namespace: text() }, { required: ['kind', 'name'] }),
      'Sync these only.',
    ),
    revision: text('Revision in place of the one of the source.'),
    revisions: texts(`Revisions of several sources.${LATER}`),
    source: described(bareSource, `Source in place of the one of the application.${LATER}`),
    sources: described(bareSources, `Sources in place of those of the application.${LATER}`),
    syncOptions: texts(`Options in place of those of the application.${LATER}`),
    syncStrategy: object(
      { apply: described(force, 'Apply without hooks.'), hook: described(force, 'Apply with hooks.') },
      { about: `How to sync.${LATER}` },
    ),
  },
  { about: 'A sync.' },
);

/** `Operation`. */
export const operationSchema: Schema = object(
  {
    info: described(info, 'Names and values for people.'),
    initiatedBy: described(initiatedBy, 'Who asked.'),
    retry: described(bare(retry), `How a failed sync is tried again.${LATER}`),
    sync: syncOperation,
  },
  { about: 'Something to do once, as soon as it is written here.' },
);

const health: Schema = object({
  lastTransitionTime: time('When status last changed.'),
  message: text('Why.'),
  status: text('Healthy, Suspended, Progressing, Missing, Degraded or Unknown.'),
});

/** `ResourceStatus`. */
export const resourceStatusSchema: Schema = object({
  group: text(),
  health: bare(health),
  hook: flag('It is a hook.'),
  kind: text(),
  name: text(),
  namespace: text(),
  requiresDeletionConfirmation: flag('Its deletion waits for a confirmation.'),
  requiresPruning: flag('It is no longer in the source.'),
  status: text('Synced, OutOfSync or Unknown.'),
  syncWave: integer(),
  version: text(),
});

const comparedTo: Schema = object(
  {
    destination: bare(destinationSchema),
    ignoreDifferences: bare(ignoreDifferences),
    source: bareSource,
    sources: bareSources,
  },
  { required: ['destination'], about: 'Inputs of the comparison.' },
);

const resourceResult: Schema = object(
  {
    group: text(),
    hookPhase: text('Running, Succeeded, Failed, Error or Terminating.'),
    hookType: text(),
    images: texts(),
    kind: text(),
    message: text('What happened.'),
    name: text(),
    namespace: text(),
    status: text('Synced, SyncFailed, Pruned or PruneSkipped.'),
    syncPhase: text('PreSync, Sync, PostSync or SyncFail.'),
    version: text(),
  },
  { required: ['group', 'kind', 'name', 'namespace', 'version'] },
);

const syncResult: Schema = object(
  {
    managedNamespaceMetadata: bare(namespaceMetadata),
    resources: listOf(resourceResult, 'What became of each object.'),
    revision: text('Revision that was synced.'),
    revisions: texts('Revisions of several sources.'),
    source: bareSource,
    sources: bareSources,
  },
  { required: ['revision'], about: 'What the sync did.' },
);

const operationState: Schema = object(
  {
    finishedAt: time('When it ended.'),
    message: text('What happened.'),
    operation: described(bare(operationSchema), 'What was asked for.'),
    phase: text('Running, Terminating, Succeeded, Failed or Error.'),
    retryCount: integer('How often it was tried again.'),
    startedAt: time('When it began.'),
    syncResult,
  },
  { required: ['operation', 'phase', 'startedAt'], about: 'The running operation, or the last one.' },
);

const history: Schema = listOf(
  object(
    {
      deployStartedAt: time('When the sync began.'),
      deployedAt: time('When the sync ended.'),
      id: integer('Number of the deployment; what a rollback names.'),
      initiatedBy: bare(initiatedBy),
      revision: text('Revision that was synced.'),
      revisions: texts('Revisions of several sources.'),
      source: bareSource,
      sources: bareSources,
    },
    { required: ['deployedAt', 'id'] },
  ),
  'Successful deployments, oldest first.',
);

const hydration: Fields = { drySHA: text(), hydratedSHA: text(), sourceHydrator: bare(hydratorSchema) };

const hydratorStatus: Schema = object(
  {
    currentOperation: object(
      {
        ...hydration,
        finishedAt: time(),
        message: text(),
        phase: { ...text(), enum: ['Hydrating', 'Failed', 'Hydrated'] },
        startedAt: time(),
      },
      { required: ['message', 'phase'] },
    ),
    lastComparedDryRevision: text(),
    lastSuccessfulOperation: object(hydration),
  },
  { about: `State of sourceHydrator.${LATER}` },
);

const statusFields: Schema = object(
  {
    conditions: listOf(
      object(
        { lastTransitionTime: time(), message: text(), type: text('Kind of condition, such as SyncError.') },
        { required: ['message', 'type'] },
      ),
      'What is wrong.',
    ),
    controllerNamespace: text('Namespace of the controller.'),
    health: described(health, 'Health of the application: that of its worst object.'),
    history,
    observedAt: time('No longer used.'),
    operationState,
    reconciledAt: time('When the application was last compared in full.'),
    resourceHealthSource: text('Empty: health stands with each object.'),
    resources: listOf(resourceStatusSchema, 'The managed objects.'),
    sourceHydrator: hydratorStatus,
    sourceType: text('Helm, Kustomize, Directory or Plugin.'),
    sourceTypes: texts('Types of several sources.'),
    summary: object(
      {
        externalURLs: texts('URLs of the application.'),
        images: texts('Images that run.'),
        isAppOfApps: flag('The application manages Applications.'),
      },
      { about: 'The application at a glance.' },
    ),
    sync: object(
      {
        comparedTo,
        revision: text('Revision that was compared.'),
        revisions: texts('Revisions of several sources.'),
        status: text('Synced, OutOfSync or Unknown.'),
      },
      { required: ['status'], about: 'Whether the cluster is as the source says.' },
    ),
  },
  { about: 'What was found and done.' },
);

/**
 * `ApplicationStatus`. Atomic: it has one writer, and to keep book of the owner of each field takes the API server a
 * sixth of the time of a write.
 */
export const applicationStatusSchema: Schema = { ...statusFields, 'x-kubernetes-map-type': 'atomic' };
