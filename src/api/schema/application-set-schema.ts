import { resourceStatusSchema, templateSpecSchema } from './application-schema.ts';
import { generatorSchema, templateMetadataSchema } from './generator-schema.ts';
import {
  bare,
  flag,
  integer,
  integerOrString,
  LATER,
  listOf,
  object,
  type Schema,
  text,
  texts,
  time,
} from './schema.ts';

const rollingSync: Schema = object(
  {
    steps: listOf(
      object({
        matchExpressions: listOf(
          object({ key: text(), operator: text('In or NotIn.'), values: texts() }),
          'Labels of the Applications of this step.',
        ),
        maxUpdate: integerOrString('How many at once, or a percentage.'),
      }),
    ),
  },
  { about: 'Groups of Applications that are synced one after the other.' },
);

/** `ApplicationSetSpec`. */
export const applicationSetSpecSchema: Schema = object(
  {
    applyNestedSelectors: flag('No longer used: nested selectors always apply.'),
    generators: listOf(generatorSchema, 'What there is an Application for.'),
    goTemplate: flag('Templates are Go templates.'),
    goTemplateOptions: texts('Options of Go templates, such as missingkey=error.'),
    ignoreApplicationDifferences: listOf(
      object({
        jqPathExpressions: texts('jq paths.'),
        jsonPointers: texts('JSON pointers.'),
        name: text('Name of the Application; all when empty.'),
      }),
      'Fields of Applications that are left alone.',
    ),
    preservedFields: object(
      { annotations: texts(), labels: texts() },
      { about: 'Annotations and labels of Applications that are left alone.' },
    ),
    strategy: object(
      {
        deletionOrder: text('AllAtOnce or Reverse.'),
        rollingSync,
        type: text('AllAtOnce or RollingSync.'),
      },
      { about: 'In which order Applications change.' },
    ),
    syncPolicy: object(
      {
        applicationsSync: {
          ...text('What may be done to Applications.'),
          enum: ['create-only', 'create-update', 'create-delete', 'sync'],
        },
        preserveResourcesOnDeletion: flag('Leave objects in place when an Application is deleted.'),
      },
      { about: 'What may be done to Applications.' },
    ),
    template: object(
      { metadata: templateMetadataSchema, spec: { ...templateSpecSchema, required: ['destination', 'project'] } },
      { required: ['metadata', 'spec'], about: 'The Application that is made per result.' },
    ),
    templatePatch: text('Patch of each Application, as a template.'),
  },
  { required: ['generators', 'template'], about: `What Applications to make.${LATER}` },
);

/** `ApplicationSetStatus`. */
export const applicationSetStatusSchema: Schema = object(
  {
    applicationStatus: listOf(
      object(
        {
          application: text(),
          lastTransitionTime: time(),
          message: text(),
          status: text('Waiting, Pending, Progressing or Healthy.'),
          step: text(),
          targetRevisions: texts(),
        },
        { required: ['application', 'message', 'status', 'step', 'targetRevisions'] },
      ),
      'Where each Application stands in a rolling sync.',
    ),
    conditions: listOf(
      object(
        { lastTransitionTime: time(), message: text(), reason: text(), status: text(), type: text() },
        { required: ['message', 'reason', 'status', 'type'] },
      ),
      'What is wrong or under way.',
    ),
    health: object({ lastTransitionTime: time(), message: text(), status: text() }),
    resources: listOf(bare(resourceStatusSchema), 'The Applications that were made.'),
    resourcesCount: integer('How many Applications were made.'),
  },
  { about: 'What was made.' },
);
