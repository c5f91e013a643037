const LINE_LENGTH = 70;

/** Base64, in lines of 70 characters that each end with a newline unless one line is enough. kyaml's encodeBase64. */
export function encodeBase64Lines(content: string | Uint8Array): string {
  const encoded = Buffer.from(typeof content === 'string' ? Buffer.from(content) : content).toString('base64');
  if (encoded.length < LINE_LENGTH) return encoded;
  const lines: string[] = [];
  for (let index = 0; index < encoded.length; index += LINE_LENGTH) {
    lines.push(`${encoded.slice(index, index + LINE_LENGTH)}\n`);
  }
  return lines.join('');
}
