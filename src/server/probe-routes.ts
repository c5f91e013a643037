import type { Registry } from 'prom-client';
import type { Routes } from './http-server.ts';

/** `/healthz`, `/readyz` and `/metrics`, for the kubelet and Prometheus. */
export function probeRoutes(ready: () => boolean, registry: Registry): Routes {
  const text = 'text/plain; charset=utf-8';
  return {
    '/healthz': () => ({ status: 200, contentType: text, body: 'ok\n' }),
    '/readyz': () =>
      ready()
        ? { status: 200, contentType: text, body: 'ok\n' }
        : { status: 503, contentType: text, body: 'not ready: Applications have not been read yet\n' },
    '/metrics': async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() }),
  };
}
