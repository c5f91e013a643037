/**
 * Where YAML text is written to, with libyaml's notion of where it stands: `column` in code points, `whitespace` if
 * what comes next needs no space before it, `indention` if nothing but indentation is on the line.
 *
 * @see go.yaml.in/yaml/v2 v2.4.2 emitterc.go
 */
export class YamlSink {
  text = '';
  column = 0;
  whitespace = true;
  indention = true;
  indent = -1;

  /** Writes text that holds no line break. */
  put(text: string, columns: number = text.length): void {
    this.text += text;
    this.column += columns;
  }

  /** Writes a character that ends a line. */
  putBreak(character: string = '\n'): void {
    this.text += character;
    this.column = 0;
  }

  /** Starts a line at the current indentation, unless already there. */
  writeIndent(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.putBreak();
    if (this.column < indent) this.put(' '.repeat(indent - this.column));
    this.whitespace = true;
    this.indention = true;
  }

  /** Writes `-`, `?`, `:` or a bracket; `keepsIndention` if a block collection may start on the same line. */
  writeIndicator(indicator: string, needsSpace: boolean, keepsIndention = false): void {
    if (needsSpace && !this.whitespace) this.put(' ');
    this.put(indicator);
    this.whitespace = false;
    this.indention = this.indention && keepsIndention;
  }
}
