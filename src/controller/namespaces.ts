import type { ClusterClient } from '../cluster/client.ts';
import { HoldfastError } from '../lib/errors.ts';

/** Creates the namespaces that `CreateNamespace=true` asks for, each once, however many applications ask. */
export class Namespaces {
  readonly #client: ClusterClient;
  readonly #known = new Map<string, Promise<void>>();

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /**
   * Makes sure that a namespace exists.
   * @throws {HoldfastError} CLUSTER_* if it can be neither read nor created
   */
  async ensure(name: string): Promise<void> {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = this.#create(name);
      this.#known.set(name, known);
      known.catch(() => this.#known.delete(name));
    }
    await known;
  }

  /** Says that a namespace has been seen to be gone. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  async #create(name: string): Promise<void> {
    try {
      await this.#client.request({ method: 'GET', path: `/api/v1/namespaces/${name}` });
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'CLUSTER_NOT_FOUND') throw error;
      await this.#post(name);
    }
  }

  async #post(name: string): Promise<void> {
    try {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await this.#client.request({ method: 'POST', path: '/api/v1/namespaces', body });
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof HoldfastError) || error.code !== 'CLUSTER_CONFLICT') throw error;
    }
  }
}
