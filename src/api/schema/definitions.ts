import { API_GROUP } from '../types.ts';
import { appProjectSpecSchema, appProjectStatusSchema } from './app-project-schema.ts';
import { applicationSpecSchema, applicationStatusSchema, operationSchema } from './application-schema.ts';
import { applicationSetSpecSchema, applicationSetStatusSchema } from './application-set-schema.ts';
import { type Fields, object, text } from './schema.ts';

/** A column of `kubectl get`. */
interface PrinterColumn {
  readonly name: string;
  readonly type: 'string';
  readonly jsonPath: string;
  /** Above 0: shown with `-o wide` only. */
  readonly priority?: number;
}

interface KindDefinition {
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly about: string;
  readonly fields: Fields;
  readonly columns?: readonly PrinterColumn[];
  readonly statusSubresource?: boolean;
}

/** A CustomResourceDefinition, as far as Holdfast writes one. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The definitions by the name of their file in `crds/`. */
export function customResourceDefinitions(): ReadonlyMap<string, CustomResourceDefinition> {
  return new Map([
    ['application.yaml', define(application)],
    ['appproject.yaml', define(appProject)],
    ['applicationset.yaml', define(applicationSet)],
  ]);
}

const application: KindDefinition = {
  kind: 'Application',
  singular: 'application',
  shortNames: ['app', 'apps'],
  about: 'Application keeps a part of a cluster equal to what a source says.',
  fields: { operation: operationSchema, spec: applicationSpecSchema, status: applicationStatusSchema },
  columns: [
    { name: 'Sync Status', type: 'string', jsonPath: '.status.sync.status' },
    { name: 'Health Status', type: 'string', jsonPath: '.status.health.status' },
    { name: 'Revision', type: 'string', jsonPath: '.status.sync.revision', priority: 10 },
    { name: 'Project', type: 'string', jsonPath: '.spec.project', priority: 10 },
  ],
  // No status subresource: Argo CD's clients start and stop syncs by writing the object with its status.
};

const appProject: KindDefinition = {
  kind: 'AppProject',
  singular: 'appproject',
  shortNames: ['appproj', 'appprojs'],
  about: 'AppProject groups Applications and says what they may do.',
  fields: { spec: appProjectSpecSchema, status: appProjectStatusSchema },
};

const applicationSet: KindDefinition = {
  kind: 'ApplicationSet',
  singular: 'applicationset',
  shortNames: ['appset', 'appsets'],
  about: 'ApplicationSet makes Applications from a template.',
  fields: { spec: applicationSetSpecSchema, status: applicationSetStatusSchema },
  statusSubresource: true,
};

function define(definition: KindDefinition): CustomResourceDefinition {
  const { kind, singular, shortNames, columns, statusSubresource = false } = definition;
  const plural = `${singular}s`;
  const name = `${plural}.${API_GROUP}`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'argocd' } },
    spec: {
      group: API_GROUP,
      names: { kind, listKind: `${kind}List`, plural, shortNames, singular },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
          ...(statusSubresource ? { subresources: { status: {} } } : {}),
          schema: { openAPIV3Schema: rootSchema(definition) },
        },
      ],
    },
  };
}

function rootSchema({ about, fields }: KindDefinition): unknown {
  return object(
    { apiVersion: text(), kind: text(), metadata: { type: 'object' }, ...fields },
    { required: ['metadata', 'spec'], about },
  );
}
