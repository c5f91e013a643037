import { KustomizeError } from '../kustomize-error.ts';
import { STYLE, TAG, type YamlNode } from './node.ts';
import { printScalar } from './print-scalar.ts';
import { longTag, resolveTag, shortTag } from './resolve.ts';
import { isMultiline, type ScalarPlace, selectStyle } from './scalar-style.ts';

/**
 * The YAML text of a tree, byte for byte as kyaml's RNode.String writes it where there are no comments: two spaces,
 * sequences not indented, lines never wrapped. It ends with a line break.
 *
 * @throws {KustomizeError} if a node has no kind though it is not empty
 * @see sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/alias.go, go.yaml.in/yaml/v3 v3.0.5 encode.go, emitterc.go
 */
export function encodeNode(node: YamlNode): string {
  const encoder = new Encoder(undefined);
  encoder.document(node);
  return encoder.text;
}

/** As {@link encodeNode}, with the line, from 1, at which each node starts. */
export function encodeWithLines(node: YamlNode): { text: string; lines: ReadonlyMap<YamlNode, number> } {
  const lines = new Map<YamlNode, number>();
  const encoder = new Encoder(lines);
  encoder.document(node);
  return { text: encoder.text, lines };
}

/** How a node is reached. */
type Context = 'root' | 'item' | 'key' | 'value';

const INDENT = 2;
/** A longer key is written as `? key` (in bytes). */
const MAX_SIMPLE_KEY = 128;

class Encoder {
  text = '';
  private flowLevel = 0;
  /** Nothing but indentation, `-`, `?` and `:` is on the line, so that a block collection may begin on it. */
  private isAtIndent = true;
  private isLineStart = true;
  /** What comes next needs no space before it. */
  private isSpaced = true;
  private readonly lines: Map<YamlNode, number> | undefined;

  constructor(lines: Map<YamlNode, number> | undefined) {
    this.lines = lines;
  }

  document(node: YamlNode): void {
    this.node(node, 'root', -1);
    if (!this.isLineStart) this.text += '\n';
  }

  /** @param indent column of the collection that the node is in; -1 at the top */
  private node(node: YamlNode, context: Context, indent: number): void {
    this.lines?.set(node, this.text.split('\n').length);
    switch (node.kind) {
      case 'scalar':
        this.scalar(node, context === 'key', nest(indent));
        break;
      case 'mapping':
      case 'sequence':
        this.collection(node, context, indent);
        break;
      case 'alias':
        this.word(`*${node.value}`);
        break;
      case 'none':
        this.none(node);
    }
  }

  private none(node: YamlNode): void {
    if (node.tag !== '' || node.value !== '') throw new KustomizeError('yaml: cannot encode node with unknown kind 0');
    this.word('null');
  }

  private scalar(node: YamlNode, isKey: boolean, indent: number): void {
    const { tag, style } = writtenScalar(node, { inFlow: this.flowLevel > 0, isKey });
    this.properties(node, tag);
    this.isAtIndent = false;
    this.isLineStart = false;
    if (node.value === '' && style === STYLE.plain) return;
    this.word(printScalar(node.value, style, indent));
    const isBlock = style === STYLE.literal || style === STYLE.folded;
    this.isLineStart = isBlock && isMultiline(node.value.slice(-1));
  }

  private properties(node: YamlNode, tag: string): void {
    if (node.anchor !== '') this.word(`&${node.anchor}`);
    if (tag !== '') this.word(printTag(tag));
  }

  private word(word: string): void {
    this.text += this.isSpaced ? word : ` ${word}`;
    this.isSpaced = false;
    this.isAtIndent = false;
    this.isLineStart = false;
  }

  private collection(node: YamlNode, context: Context, indent: number): void {
    const isMapping = node.kind === 'mapping';
    const isImplicit = (node.style & STYLE.tagged) === 0 && shortTag(node.tag) === (isMapping ? TAG.map : TAG.seq);
    this.properties(node, isImplicit ? '' : node.tag);
    const isFlow = this.flowLevel > 0 || (node.style & STYLE.flow) !== 0 || node.content.length === 0;
    if (isFlow) this.flow(node, nest(indent));
    else if (isMapping) this.blockMapping(node, indent);
    else this.blockSequence(node, context, indent);
  }

  private flow(node: YamlNode, indent: number): void {
    const isMapping = node.kind === 'mapping';
    this.word(isMapping ? '{' : '[');
    this.isSpaced = true;
    this.flowLevel += 1;
    for (let index = 0; index < node.content.length; index += isMapping ? 2 : 1) {
      if (index > 0) this.mark(',');
      if (isMapping) this.pair(node, index, indent);
      else this.node(node.content[index] ?? node, 'item', indent);
    }
    this.flowLevel -= 1;
    this.mark(isMapping ? '}' : ']');
  }

  /** Writes what needs no space before it. */
  private mark(mark: string): void {
    this.text += mark;
    this.isSpaced = false;
    this.isAtIndent = false;
    this.isLineStart = false;
  }

  private pair(node: YamlNode, index: number, indent: number): void {
    const key = node.content[index];
    const value = node.content[index + 1];
    if (key === undefined || value === undefined) return;
    if (isSimpleKey(key)) {
      this.node(key, 'key', indent);
      this.mark(':');
    } else {
      this.blockMark('?');
      this.node(key, 'value', indent);
      if (this.flowLevel === 0) this.startLine(indent);
      this.blockMark(':');
    }
    this.node(value, 'value', indent);
  }

  private blockMapping(node: YamlNode, outer: number): void {
    const indent = outer < 0 ? 0 : outer + INDENT;
    for (let index = 0; index + 1 < node.content.length; index += 2) {
      this.startItem(index === 0, indent);
      this.pair(node, index, indent);
    }
  }

  private blockSequence(node: YamlNode, context: Context, outer: number): void {
    const isCompact = context === 'value' && !this.isAtIndent;
    const indent = outer < 0 ? 0 : outer + (isCompact ? 0 : INDENT);
    for (const [index, item] of node.content.entries()) {
      this.startItem(index === 0, indent);
      this.blockMark('-');
      this.node(item, 'item', indent);
    }
  }

  /** Writes a mark after which a block collection may begin on the same line. */
  private blockMark(mark: string): void {
    const { isAtIndent } = this;
    this.word(mark);
    this.isAtIndent = isAtIndent && this.flowLevel === 0;
  }

  private startItem(isFirst: boolean, indent: number): void {
    if (!isFirst || !this.isAtIndent || this.isLineStart) this.startLine(indent);
    else this.text += ' ';
    this.isSpaced = true;
  }

  private startLine(indent: number): void {
    if (!this.isLineStart) this.text += '\n';
    if (indent > 0) this.text += ' '.repeat(indent);
    this.isLineStart = indent === 0;
    this.isAtIndent = true;
    this.isSpaced = true;
  }
}

/** Column of what continues on further lines. */
function nest(indent: number): number {
  return indent < 0 ? INDENT : indent + INDENT;
}

/** The explicit tag and the style with which a scalar is written; the tag is empty where it needs none. */
export function writtenScalar(node: YamlNode, place: ScalarPlace): { tag: string; style: number } {
  const { value, style } = node;
  const tag = writtenTag(node);
  const quotes = style & (STYLE.doubleQuoted + STYLE.singleQuoted + STYLE.literal + STYLE.folded);
  let wanted: number = STYLE.plain;
  if (quotes !== 0) wanted = firstStyle(quotes);
  else if (value.includes('\n')) wanted = STYLE.literal;
  else if (tag === '' && isForced(node)) wanted = STYLE.doubleQuoted;
  return { tag, style: selectStyle(value, wanted, place) };
}

/** Empty where reading the text again gives the same tag, or quotes make it a string. */
function writtenTag(node: YamlNode): string {
  const { tag, style } = node;
  if (tag === '' || (style & STYLE.tagged) !== 0) return tag;
  const short = shortTag(tag);
  return short === TAG.string || resolveTag(node.value) === short ? '' : tag;
}

/** A string that reads as something else. */
function isForced(node: YamlNode): boolean {
  return shortTag(node.tag) === TAG.string && resolveTag(node.value) !== TAG.string;
}

/** Where several are set, in the order in which yaml.v3 asks. */
function firstStyle(style: number): number {
  for (const one of [STYLE.doubleQuoted, STYLE.singleQuoted, STYLE.literal]) if ((style & one) !== 0) return one;
  return STYLE.folded;
}

function printTag(tag: string): string {
  if (tag === '') return '';
  const long = longTag(tag);
  if (long.startsWith('!')) return `!${escapeTag(long.slice(1))}`;
  return shortTag(long) === long ? `!<${escapeTag(long)}>` : `!!${escapeTag(shortTag(long).slice(2))}`;
}

function escapeTag(tag: string): string {
  return tag.replaceAll(/[^\w;/?:@&=+$,.~*'()[\]-]/g, (one) => {
    const bytes = [...Buffer.from(one)];
    return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}

function isSimpleKey(key: YamlNode): boolean {
  if (key.kind === 'mapping' || key.kind === 'sequence') return key.content.length === 0;
  if (key.value.length > 3 && isMultiline(key.value)) return false;
  if (key.value.length < MAX_SIMPLE_KEY / 3 && key.tag === TAG.string) return !isMultiline(key.value);
  const tag = printTag(writtenTag(key));
  return !isMultiline(key.value) && Buffer.byteLength(key.anchor + tag + key.value) <= MAX_SIMPLE_KEY;
}
