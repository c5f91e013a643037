import type { FunctionTable } from '../gotemplate/function-table.ts';
import { TemplateExecError, TemplateParseError } from '../gotemplate/template-error.ts';
import { TemplateSet } from '../gotemplate/template-set.ts';
import { HelmError } from './helm-error.ts';
import { TemplateFunctions, WARNING_END, WARNING_START } from './template-functions.ts';

/**
 * The name that `--name-template` gives a release. The template has Sprig's functions, except those that read the
 * environment.
 * @throws {HelmError} with Go's text if the template is wrong or fails
 * @see helm.sh/helm/v4 pkg/action/install.go TemplateName
 */
export function nameRelease(template: string): string {
  const set: TemplateSet = new TemplateSet(
    sprigFunctions(() => set),
    { name: NAME },
  );
  try {
    return set.executeText(NAME, template, null);
  } catch (error) {
    if (!(error instanceof TemplateExecError || error instanceof TemplateParseError)) throw error;
    throw new HelmError(error.message.replaceAll(MARKS, ''), { cause: error });
  }
}

const NAME = 'name-template';
const MARKS = new RegExp(`${WARNING_START}|${WARNING_END}`, 'g');

/** What Helm adds to Sprig. */
const HELM_FUNCTIONS: ReadonlySet<string> = new Set(
  [
    'include tpl required lookup toToml mustToToml fromToml toYaml mustToYaml toYamlPretty fromYaml fromYamlArray',
    'fromJsonArray',
  ].flatMap((names) => names.split(' ')),
);

function sprigFunctions(setOf: () => TemplateSet): FunctionTable {
  const all = new TemplateFunctions().bind(setOf);
  return new Map([...all].filter(([name]) => !HELM_FUNCTIONS.has(name)));
}
