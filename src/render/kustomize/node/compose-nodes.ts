import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { readTagHandles } from '../../../yaml/compose.ts';
import { DEFAULT_YAML_LIMITS, type YamlLimits } from '../../../yaml/limits.ts';
import { parseRelaxed } from '../../../yaml/parse-relaxed.ts';
import { MalformedYamlError } from '../kustomize-error.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import { newNode, STYLE, TAG, type YamlNode } from './node.ts';
import { resolveTag, shortTag } from './resolve.ts';

/**
 * The documents of a YAML text as trees, with tags and styles as Go's yaml.v3 gives them to a `yaml.Node`. Aliases name
 * their target in `alias`; duplicate keys are kept. A text without any document has none.
 *
 * @param file names the file where a limit is passed; other messages leave that to the caller, as Go does
 * @throws {MalformedYamlError} `yaml: line 3: …`. The message never quotes values.
 */
export function composeNodes(text: string, file: string, limits: YamlLimits = DEFAULT_YAML_LIMITS): YamlNode[] {
  if (text.length > limits.maxLength) {
    throw new MalformedYamlError(
      `yaml: ${file} has ${text.length} characters, more than the ${limits.maxLength} allowed`,
    );
  }
  let source = text;
  try {
    const parsed = parseRelaxed(text, limits.maxDepth);
    source = parsed.source;
    return composeDocuments(parsed.source, parsed.events);
  } catch (error) {
    throw explainYamlError(error, source);
  }
}

type SomeEvent<Id extends Event['type']> = Extract<Event, { type: Id }>;
type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT } | { type: typeof EVENT_ID.POP }>;

function composeDocuments(source: string, events: readonly Event[]): YamlNode[] {
  const documents: YamlNode[] = [];
  let at = 0;
  while (at < events.length) {
    const event = events[at];
    at += 1;
    if (event?.type !== EVENT_ID.DOCUMENT) continue;
    const composer = new Composer(source, events, at, readTagHandles(event.directives));
    documents.push(composer.node());
    at = composer.at;
  }
  return documents;
}

const SCALAR_STYLES: Readonly<Record<SomeEvent<typeof EVENT_ID.SCALAR>['style'], number>> = {
  [SCALAR_STYLE.PLAIN]: STYLE.plain,
  [SCALAR_STYLE.SINGLE_QUOTED]: STYLE.singleQuoted,
  [SCALAR_STYLE.DOUBLE_QUOTED]: STYLE.doubleQuoted,
  [SCALAR_STYLE.LITERAL_BLOCK]: STYLE.literal,
  [SCALAR_STYLE.FOLDED_BLOCK]: STYLE.folded,
};

const SCHEMA = /#[ \t]*\{/;
const SCHEMA_BEHIND_KEY = /["']?[ \t]*:[ \t]+#+[ \t]*(\{.*)/y;

class Composer {
  at: number;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly source: string;
  private readonly events: readonly Event[];
  private readonly handles: ReadonlyMap<string, string>;
  private readonly hasSchemas: boolean;

  constructor(source: string, events: readonly Event[], at: number, handles: ReadonlyMap<string, string>) {
    this.source = source;
    this.events = events;
    this.at = at;
    this.handles = handles;
    this.hasSchemas = source.includes('#') && SCHEMA.test(source);
  }

  node(): YamlNode {
    const event = this.peek();
    // A document always holds a node, so this is only for the type.
    if (event === undefined) return newNode('scalar', TAG.null);
    this.at += 1;
    if (event.type === EVENT_ID.ALIAS) return this.alias(event);
    if (event.type === EVENT_ID.SCALAR) return this.scalar(event);
    return this.collection(event);
  }

  private peek(): NodeEvent | undefined {
    const event = this.events[this.at];
    return event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT ? undefined : event;
  }

  private alias(event: SomeEvent<typeof EVENT_ID.ALIAS>): YamlNode {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const node = newNode('alias', TAG.none, name);
    node.alias = this.anchors.get(name);
    if (node.alias === undefined) throw new MalformedYamlError(`yaml: unknown anchor '${name}' referenced`);
    return node;
  }

  private scalar(event: SomeEvent<typeof EVENT_ID.SCALAR>): YamlNode {
    const value = this.text(event);
    const tag = this.tag(event);
    const style = SCALAR_STYLES[event.style];
    if (tag !== '') return this.anchored(event, newNode('scalar', tag, value, style + STYLE.tagged));
    const isPlain = style === STYLE.plain;
    return this.anchored(event, newNode('scalar', isPlain ? plainTag(value) : TAG.string, value, style));
  }

  /** The parser ends a block scalar at the end of the file with a line break that libyaml does not add. */
  private text(event: SomeEvent<typeof EVENT_ID.SCALAR>): string {
    const text = getScalarValue(this.source, event);
    const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    if (!isBlock || event.valueEnd < this.source.length || !text.endsWith('\n')) return text;
    const lastLine = this.source.slice(Math.max(this.source.lastIndexOf('\n'), this.source.lastIndexOf('\r')) + 1);
    const isAdded = event.chomping === CHOMPING_MODE.KEEP ? lastLine !== '' : lastLine.length > event.indent;
    return isAdded ? text.slice(0, -1) : text;
  }

  private collection(event: SomeEvent<typeof EVENT_ID.MAPPING> | SomeEvent<typeof EVENT_ID.SEQUENCE>): YamlNode {
    const isMapping = event.type === EVENT_ID.MAPPING;
    const tag = this.tag(event);
    const style = (tag === '' ? 0 : STYLE.tagged) + (event.style === COLLECTION_STYLE.FLOW ? STYLE.flow : 0);
    const kind = isMapping ? 'mapping' : 'sequence';
    const node = newNode(kind, tag || (isMapping ? TAG.map : TAG.seq), '', style);
    this.anchored(event, node);
    if (isMapping && this.hasSchemas) this.entriesWithSchemas(node);
    else while (this.peek() !== undefined) node.content.push(this.node());
    this.at += 1;
    return node;
  }

  private entriesWithSchemas(node: YamlNode): void {
    for (let next = this.peek(); next !== undefined; next = this.peek()) {
      const child = this.node();
      const isKey = node.content.length % 2 === 0;
      if (isKey && next.type === EVENT_ID.SCALAR) child.comment = this.schemaBehind(next.valueEnd);
      node.content.push(child);
    }
  }

  /** The schema in a comment behind a key whose value starts on another line. */
  private schemaBehind(end: number): string {
    SCHEMA_BEHIND_KEY.lastIndex = end;
    return SCHEMA_BEHIND_KEY.exec(this.source)?.[1] ?? '';
  }

  private anchored(event: { readonly anchorStart: number; readonly anchorEnd: number }, node: YamlNode): YamlNode {
    if (event.anchorStart < 0) return node;
    node.anchor = this.source.slice(event.anchorStart, event.anchorEnd);
    this.anchors.set(node.anchor, node);
    return node;
  }

  /** Empty without a tag and for `!`, which says nothing to yaml.v3. */
  private tag(event: { readonly tagStart: number; readonly tagEnd: number }): string {
    if (event.tagStart < 0) return '';
    const tag = this.source.slice(event.tagStart, event.tagEnd);
    if (tag === '!') return '';
    if (tag.startsWith('!<')) return shortTag(decodeTag(tag.slice(2, -1)));
    const end = tag.indexOf('!', 1) + 1;
    const handle = end === 0 ? '!' : tag.slice(0, end);
    const prefix = this.handles.get(handle);
    if (prefix === undefined) throw new MalformedYamlError('yaml: found undefined tag handle');
    return shortTag(prefix + decodeTag(tag.slice(handle.length)));
  }
}

function decodeTag(tag: string): string {
  if (!tag.includes('%')) return tag;
  try {
    return decodeURIComponent(tag);
  } catch {
    // What is no escape of UTF-8 stays as it is: no known tag looks like that.
    return tag;
  }
}

function plainTag(value: string): string {
  return value === '<<' ? TAG.merge : resolveTag(value);
}
