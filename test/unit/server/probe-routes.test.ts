import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { probeRoutes } from '../../../src/server/probe-routes.ts';

describe('probeRoutes()', () => {
  it('is alive from the start and ready when it is told', async () => {
    let ready = false;
    const routes = probeRoutes(() => ready, new Registry());
    expect(await routes['/healthz']?.()).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await routes['/readyz']?.()).toMatchObject({ status: 503 });
    ready = true;
    expect(await routes['/readyz']?.()).toMatchObject({ status: 200, body: 'ok\n' });
  });

  it('shows the metrics in the form that the registry names', async () => {
    const registry = new Registry();
    new Counter({ name: 'done_total', help: 'x', registers: [registry] }).inc(3);
    const answer = await probeRoutes(() => true, registry)['/metrics']?.();
    expect(answer).toMatchObject({ status: 200, contentType: registry.contentType });
    expect(answer?.body).toContain('done_total 3');
  });
});
