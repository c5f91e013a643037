import type { ObjectKey } from '../object/kube-object.ts';

/** Which applications state which objects; the first that did has the first claim. */
export class Claims {
  readonly #byKey = new Map<ObjectKey, Set<string>>();
  readonly #onHeir: (applicationId: string, key: ObjectKey) => void;

  /** @param onHeir called for each application that may now take an object that another one let go */
  constructor(onHeir: (applicationId: string, key: ObjectKey) => void) {
    this.#onHeir = onHeir;
  }

  /** Ids of the applications that state an object, oldest claim first. */
  of(key: ObjectKey): Iterable<string> {
    return this.#byKey.get(key) ?? [];
  }

  /** How many applications state an object. */
  count(key: ObjectKey): number {
    return this.#byKey.get(key)?.size ?? 0;
  }

  /** Replaces what an application states. */
  change(applicationId: string, before: Iterable<ObjectKey>, after: Iterable<ObjectKey>): void {
    const kept = new Set(after);
    for (const key of before) if (!kept.has(key)) this.#letGo(applicationId, key);
    for (const key of kept) {
      const claims = this.#byKey.get(key);
      if (claims === undefined) this.#byKey.set(key, new Set([applicationId]));
      else claims.add(applicationId);
    }
  }

  #letGo(applicationId: string, key: ObjectKey): void {
    const claims = this.#byKey.get(key);
    claims?.delete(applicationId);
    if (claims?.size === 0) this.#byKey.delete(key);
    for (const heir of claims ?? []) this.#onHeir(heir, key);
  }
}
