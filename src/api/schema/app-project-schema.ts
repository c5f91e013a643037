import { destinationSchema } from './application-schema.ts';
import { bare, described, flag, integer, LATER, listOf, mapOf, object, type Schema, text, texts } from './schema.ts';

const jwtTokens: Schema = listOf(
  object(
    { exp: integer('Expiry, seconds since the epoch.'), iat: integer('Issue, seconds since the epoch.'), id: text() },
    { required: ['iat'] },
  ),
);

const groupKinds: Schema = listOf(object({ group: text(), kind: text() }, { required: ['group', 'kind'] }));
const namedGroupKinds: Schema = listOf(
  object({ group: text(), kind: text(), name: text() }, { required: ['group', 'kind'] }),
);

const roles: Schema = listOf(
  object(
    {
      description: text(),
      groups: texts('Groups of the sign-in provider that have the role.'),
      jwtTokens,
      name: text(),
      policies: texts('Policy lines, as in policy.csv.'),
    },
    { required: ['name'] },
  ),
  `Roles of the project.${LATER}`,
);

const syncWindows: Schema = listOf(
  object({
    andOperator: flag('All of applications, namespaces and clusters must match, not just one.'),
    applications: texts('Globs.'),
    clusters: texts('Globs.'),
    description: text(),
    duration: text('How long the window stays open (1h).'),
    kind: text('allow or deny.'),
    manualSync: flag('Allow manual syncs when automated ones are not.'),
    namespaces: texts('Globs.'),
    schedule: text('Cron expression of the opening.'),
    syncOverrun: flag('Let a running sync go on after the window closed.'),
    timeZone: text('IANA time zone; UTC when empty.'),
  }),
  `When syncs are allowed.${LATER}`,
);

const sourceIntegrity: Schema = object(
  {
    git: object(
      {
        policies: listOf(
          object(
            {
              gpg: object(
                { keys: texts('Key ids.'), mode: text('none, head or strict.') },
                { required: ['keys', 'mode'] },
              ),
              repos: listOf(object({ url: text('Glob.') }, { required: ['url'] })),
            },
            { required: ['gpg', 'repos'] },
          ),
        ),
      },
      { required: ['policies'] },
    ),
  },
  { required: ['git'], about: `Which signatures sources must carry.${LATER}` },
);

/** `AppProjectSpec`. */
export const appProjectSpecSchema: Schema = object(
  {
    clusterResourceBlacklist: described(namedGroupKinds, `Cluster-scoped kinds that are refused.${LATER}`),
    clusterResourceWhitelist: described(namedGroupKinds, `Cluster-scoped kinds that are allowed.${LATER}`),
    description: { ...text('What the project is for.'), maxLength: 255 },
    destinationServiceAccounts: listOf(
      object(
        { defaultServiceAccount: text(), namespace: text('Glob.'), server: text('Glob.') },
        { required: ['defaultServiceAccount', 'server'] },
      ),
      `Service accounts as which objects are written.${LATER}`,
    ),
    destinations: listOf(bare(destinationSchema), `Where applications may go; globs, "!" denies.${LATER}`),
    namespaceResourceBlacklist: described(groupKinds, `Namespaced kinds that are refused.${LATER}`),
    namespaceResourceWhitelist: described(groupKinds, `Namespaced kinds that are allowed.${LATER}`),
    orphanedResources: object(
      {
        ignore: listOf(object({ group: text(), kind: text(), name: text() })),
        warn: flag('Warn about them.'),
      },
      { about: `Objects in the destinations that belong to no application.${LATER}` },
    ),
    permitOnlyProjectScopedClusters: flag(`Allow only clusters of this project.${LATER}`),
    roles,
    signatureKeys: listOf(object({ keyID: text() }, { required: ['keyID'] }), `Use sourceIntegrity instead.${LATER}`),
    sourceIntegrity,
    sourceNamespaces: texts(`Namespaces whose Applications may use the project; globs.${LATER}`),
    sourceRepos: texts(`Repositories that are allowed; globs, "!" denies.${LATER}`),
    syncWindows,
  },
  { about: 'Rules for the applications of a project.' },
);

/** `AppProjectStatus`. */
export const appProjectStatusSchema: Schema = object(
  {
    jwtTokensByRole: mapOf(object({ items: bare(jwtTokens) }), `Tokens that were issued, by role.${LATER}`),
  },
  { about: 'What was issued.' },
);
