import { compileGoRegexp, GoRegexpError } from '../../../lib/go-regexp.ts';

/** An entry of `images:`. Empty parts change nothing. */
export interface ImageChange {
  /** The name without tag or digest; a regular expression of Go. */
  readonly name: string;
  readonly newName: string;
  readonly newTag: string;
  readonly tagSuffix: string;
  readonly digest: string;
}

/** A function that says whether an image is the one named `name`, whatever its tag and digest. */
export function imageMatcher(name: string): (image: string) => boolean {
  // Dots and dashes are what names have of the special characters; a dot stands for any character, as it does in Go.
  const isSimple = /^[\w./:-]+$/.test(name);
  const pattern = `^${name}${TAG_AND_DIGEST}`;
  try {
    const regexp = isSimple ? new RegExp(pattern) : compileGoRegexp(pattern);
    return (image) => regexp.test(image);
  } catch (error) {
    // A name that is no regular expression matches nothing, as in kustomize.
    if (error instanceof GoRegexpError) return () => false;
    throw error;
  }
}

const TAG_AND_DIGEST = '(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$';

/** `[[host[:port]/]path/]name[:tag][@digest]` in its parts. */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const start = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', start);
  const colon = image.indexOf(':', start);
  if (at >= 0 && (colon < 0 || at < colon)) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (colon < 0) return { name: image, tag: '', digest: '' };
  if (at < 0) return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
}

/** The image with the change made, which is one to it. */
export function changeImage(image: string, change: ImageChange): string {
  const { name, tag, digest } = changeVersion(splitImage(image), change);
  return (change.newName || name) + (tag === '' ? '' : `:${tag}`) + (digest === '' ? '' : `@${digest}`);
}

type ImageParts = ReturnType<typeof splitImage>;

/** A new tag or digest replaces both the old tag and the old digest. */
function changeVersion(parts: ImageParts, { newTag, digest, tagSuffix }: ImageChange): ImageParts {
  if (newTag !== '' || digest !== '') return { ...parts, tag: newTag, digest };
  if (tagSuffix !== '') return { ...parts, tag: parts.tag + tagSuffix, digest: '' };
  return parts;
}
