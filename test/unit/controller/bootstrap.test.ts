import { describe, expect, it } from 'vitest';
import { ensureDefaultProject, installationIdOf } from '../../../src/controller/bootstrap.ts';
import { Namespaces } from '../../../src/controller/namespaces.ts';
import { type Answer, type LoopbackApi, refusal, reply, startLoopbackApi } from '../cluster/loopback-api.ts';

/** Objects by path; a POST to a collection creates, unless `refuse` names its status. */
function store(objects: Map<string, object>, refuse?: number): Answer {
  return ({ method, path, body }, response) => {
    if (method === 'GET') {
      const found = objects.get(path);
      if (found === undefined) reply(response, 404, refusal(404, 'not found'));
      else reply(response, 200, found);
      return;
    }
    if (refuse !== undefined) {
      reply(response, refuse, refusal(refuse, 'no'));
      return;
    }
    const object = JSON.parse(body) as { metadata: { name: string } };
    objects.set(`${path}/${object.metadata.name}`, { ...object, metadata: { ...object.metadata, uid: 'made' } });
    reply(response, 201, object);
  };
}

const asked = ({ requests }: LoopbackApi): string[] => requests.map(({ method, path }) => `${method} ${path}`);
const namespace = (uid?: string): object => ({ kind: 'Namespace', metadata: { name: 'argocd', ...(uid && { uid }) } });
const NAMESPACE = '/api/v1/namespaces/argocd';

describe('installationIdOf()', () => {
  it('follows from the uid of the namespace alone', async () => {
    const api = await startLoopbackApi(store(new Map([[NAMESPACE, namespace('u-1')]])));
    const other = await startLoopbackApi(store(new Map([[NAMESPACE, namespace('u-2')]])));
    const id = await installationIdOf(api.client(), 'argocd');
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(await installationIdOf(api.client(), 'argocd')).toBe(id);
    expect(await installationIdOf(other.client(), 'argocd')).not.toBe(id);
    expect(asked(api)).toEqual([`GET ${NAMESPACE}`, `GET ${NAMESPACE}`]);
  });

  it('creates the namespace where it is missing', async () => {
    const api = await startLoopbackApi(store(new Map()));
    expect(await installationIdOf(api.client(), 'argocd')).toMatch(/^[0-9a-f]{12}$/);
    expect(asked(api)).toEqual([`GET ${NAMESPACE}`, 'POST /api/v1/namespaces', `GET ${NAMESPACE}`]);
  });

  it.each([
    ['vanishes again', store(new Map(), 409)],
    ['has no uid', store(new Map([[NAMESPACE, namespace()]]))],
  ])('is none where the namespace %s', async (_title, answer) => {
    const api = await startLoopbackApi(answer);
    await expect(installationIdOf(api.client(), 'argocd')).rejects.toMatchObject({ code: 'CLUSTER_NOT_FOUND' });
  });

  it('is none where the namespace can be neither read nor made', async () => {
    const api = await startLoopbackApi(store(new Map(), 403));
    await expect(installationIdOf(api.client(), 'argocd')).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
  });
});

describe('ensureDefaultProject()', () => {
  const PROJECTS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects';

  it('creates the project once', async () => {
    const api = await startLoopbackApi(store(new Map()));
    await ensureDefaultProject(api.client(), 'argocd');
    await ensureDefaultProject(api.client(), 'argocd');
    expect(asked(api)).toEqual([`GET ${PROJECTS}/default`, `POST ${PROJECTS}`, `GET ${PROJECTS}/default`]);
  });

  it('does not mind that somebody else was faster', async () => {
    const api = await startLoopbackApi(store(new Map(), 409));
    await ensureDefaultProject(api.client(), 'argocd');
    expect(asked(api)).toHaveLength(2);
  });
});

describe('Namespaces', () => {
  it('creates a namespace once, however many ask', async () => {
    const api = await startLoopbackApi(store(new Map()));
    const namespaces = new Namespaces(api.client());
    await Promise.all([namespaces.ensure('prod'), namespaces.ensure('prod')]);
    await namespaces.ensure('prod');
    expect(asked(api)).toEqual(['GET /api/v1/namespaces/prod', 'POST /api/v1/namespaces']);
  });

  it('looks again once a namespace is known to be gone', async () => {
    const objects = new Map<string, object>();
    const api = await startLoopbackApi(store(objects));
    const namespaces = new Namespaces(api.client());
    await namespaces.ensure('prod');
    objects.clear();
    namespaces.forget('prod');
    await namespaces.ensure('prod');
    expect([...objects.keys()]).toEqual(['/api/v1/namespaces/prod']);
  });

  it('does not mind that somebody else was faster', async () => {
    const api = await startLoopbackApi(store(new Map(), 409));
    await expect(new Namespaces(api.client()).ensure('prod')).resolves.toBeUndefined();
  });

  it('remembers no failure', async () => {
    const api = await startLoopbackApi(store(new Map(), 403));
    const namespaces = new Namespaces(api.client());
    await expect(namespaces.ensure('prod')).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
    await expect(namespaces.ensure('prod')).rejects.toMatchObject({ code: 'CLUSTER_AUTH' });
    expect(api.requests).toHaveLength(4);
  });
});
