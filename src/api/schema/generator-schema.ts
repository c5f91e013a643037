import { templateSpecSchema } from './application-schema.ts';
import {
  anyObject,
  anything,
  bare,
  described,
  type Fields,
  flag,
  integer,
  labelSelector,
  listOf,
  mapOf,
  object,
  type Schema,
  text,
  texts,
} from './schema.ts';

/** Metadata of the Applications that a template makes. */
export const templateMetadataSchema: Schema = object({
  annotations: mapOf(text()),
  finalizers: texts(),
  labels: mapOf(text()),
  name: text(),
  namespace: text(),
});

/** `ApplicationSetTemplate` of a generator: nothing is required, since it only overrides `spec.template`. */
const fullTemplate: Schema = object({ metadata: templateMetadataSchema, spec: templateSpecSchema });

const values: Schema = mapOf(text());
const requeueAfterSeconds: Schema = integer();
const secretRef: Schema = object({ key: text(), secretName: text() }, { required: ['key', 'secretName'] });
const configMapKeyRef: Schema = object({ configMapName: text(), key: text() }, { required: ['configMapName', 'key'] });
const bearerToken: Schema = object({ tokenRef: secretRef }, { required: ['tokenRef'] });
const basicAuth: Schema = object(
  { passwordRef: secretRef, username: text() },
  { required: ['passwordRef', 'username'] },
);

const scmProviders: Fields = {
  awsCodeCommit: object({
    allBranches: flag(),
    region: text(),
    role: text(),
    tagFilters: listOf(object({ key: text(), value: text() }, { required: ['key'] })),
  }),
  azureDevOps: object(
    { accessTokenRef: secretRef, allBranches: flag(), api: text(), organization: text(), teamProject: text() },
    { required: ['accessTokenRef', 'organization', 'teamProject'] },
  ),
  bitbucket: object(
    { allBranches: flag(), appPasswordRef: secretRef, owner: text(), user: text() },
    { required: ['appPasswordRef', 'owner', 'user'] },
  ),
  bitbucketServer: object(
    {
      allBranches: flag(),
      api: text(),
      basicAuth,
      bearerToken,
      caRef: configMapKeyRef,
      insecure: flag(),
      project: text(),
    },
    { required: ['api', 'project'] },
  ),
  gitea: object(
    {
      allBranches: flag(),
      api: text(),
      excludeArchivedRepos: flag(),
      insecure: flag(),
      owner: text(),
      tokenRef: secretRef,
    },
    { required: ['api', 'owner'] },
  ),
  github: object(
    {
      allBranches: flag(),
      api: text(),
      appSecretName: text(),
      excludeArchivedRepos: flag(),
      organization: text(),
      tokenRef: secretRef,
    },
    { required: ['organization'] },
  ),
  gitlab: object(
    {
      allBranches: flag(),
      api: text(),
      caRef: configMapKeyRef,
      group: text(),
      includeArchivedRepos: flag(),
      includeSharedProjects: flag(),
      includeSubgroups: flag(),
      insecure: flag(),
      tokenRef: secretRef,
      topic: text(),
    },
    { required: ['group'] },
  ),
};

const pullRequestProviders: Fields = {
  azuredevops: object(
    {
      api: text(),
      labels: texts(),
      organization: text(),
      project: text(),
      repo: text(),
      tokenRef: secretRef,
    },
    { required: ['organization', 'project', 'repo'] },
  ),
  bitbucket: object(
    { api: text(), basicAuth, bearerToken, owner: text(), repo: text() },
    { required: ['owner', 'repo'] },
  ),
  bitbucketServer: object(
    {
      api: text(),
      basicAuth,
      bearerToken,
      caRef: configMapKeyRef,
      insecure: flag(),
      project: text(),
      repo: text(),
    },
    { required: ['api', 'project', 'repo'] },
  ),
  gitea: object(
    { api: text(), insecure: flag(), labels: texts(), owner: text(), repo: text(), tokenRef: secretRef },
    { required: ['api', 'owner', 'repo'] },
  ),
  github: object(
    { api: text(), appSecretName: text(), labels: texts(), owner: text(), repo: text(), tokenRef: secretRef },
    { required: ['owner', 'repo'] },
  ),
  gitlab: object(
    {
      api: text(),
      caRef: configMapKeyRef,
      insecure: flag(),
      labels: texts(),
      project: text(),
      pullRequestState: text(),
      tokenRef: secretRef,
    },
    { required: ['project'] },
  ),
};

const pathItem: Schema = object({ exclude: flag(), path: text() }, { required: ['path'] });

/**
 * Generators that hold no others.
 * @param template schema of the template that overrides `spec.template`
 */
function plainGenerators(template: Schema): Fields {
  return {
    clusterDecisionResource: object(
      {
        configMapRef: text(),
        labelSelector: labelSelector(),
        name: text(),
        requeueAfterSeconds,
        template,
        values,
      },
      { required: ['configMapRef'], about: 'One Application per cluster that a resource decides on.' },
    ),
    clusters: object(
      { flatList: flag(), selector: labelSelector(), template, values },
      { about: 'One Application per cluster Secret.' },
    ),
    git: object(
      {
        directories: listOf(pathItem),
        files: listOf(pathItem),
        pathParamPrefix: text(),
        repoURL: text(),
        requeueAfterSeconds,
        revision: text(),
        template,
        values,
      },
      { required: ['repoURL', 'revision'], about: 'One Application per folder or file of a repository.' },
    ),
    list: object(
      { elements: listOf(anything()), elementsYaml: text(), template },
      { about: 'One Application per element.' },
    ),
    plugin: object(
      {
        configMapRef: object({ name: text() }, { required: ['name'] }),
        input: object({ parameters: mapOf(anything()) }),
        requeueAfterSeconds,
        template,
        values,
      },
      { required: ['configMapRef'], about: 'One Application per answer of a plugin.' },
    ),
    ...forgeGenerators(template),
  };
}

function forgeGenerators(template: Schema): Fields {
  return {
    pullRequest: object(
      {
        ...pullRequestProviders,
        continueOnRepoNotFoundError: flag(),
        filters: listOf(object({ branchMatch: text(), targetBranchMatch: text(), titleMatch: text() })),
        requeueAfterSeconds,
        template,
        values,
      },
      { about: 'One Application per open pull request.' },
    ),
    scmProvider: object(
      {
        ...scmProviders,
        cloneProtocol: text(),
        filters: listOf(
          object({
            branchMatch: text(),
            labelMatch: text(),
            pathsDoNotExist: texts(),
            pathsExist: texts(),
            repositoryMatch: text(),
          }),
        ),
        requeueAfterSeconds,
        template,
        values,
      },
      { about: 'One Application per repository of an organisation.' },
    ),
  };
}

const selector = labelSelector('Keep only results with these values.');

/**
 * A generator inside `matrix` or `merge`. What stands inside its own matrix or merge is free-form, as in Argo CD.
 * So is the spec of its template, other than there: eighteen more copies of it would make the definition too large
 * for `kubectl apply`.
 */
const nestedGenerator: Schema = bare(
  object({
    ...plainGenerators(object({ metadata: templateMetadataSchema, spec: anyObject() })),
    matrix: anything(),
    merge: anything(),
    selector,
  }),
);

/** `ApplicationSetGenerator`. */
export const generatorSchema: Schema = object({
  ...plainGenerators(fullTemplate),
  matrix: object(
    { generators: listOf(nestedGenerator), template: fullTemplate },
    { required: ['generators'], about: 'Every result of one generator with every result of the other.' },
  ),
  merge: object(
    { generators: listOf(nestedGenerator), mergeKeys: texts(), template: fullTemplate },
    { required: ['generators', 'mergeKeys'], about: 'Results of several generators, joined by keys.' },
  ),
  selector: described(selector, 'Keep only results with these values.'),
});
