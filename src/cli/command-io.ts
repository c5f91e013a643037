/** Where the words of a command go. */
export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** What a command has of the process that it runs in. */
export interface CommandIo extends Output {
  /** The working directory, an absolute path. */
  readonly folder: string;
  /** The whole standard input. */
  readonly input: () => string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}
