import { setFlagsFromString } from 'node:v8';
import { createClusterClient } from './cluster/client.ts';
import { loadClusterCredentials } from './cluster/credentials.ts';
import { createDiscovery } from './cluster/discovery.ts';
import { installationIdOf } from './controller/bootstrap.ts';
import { Controller } from './controller/controller.ts';
import { systemClock } from './lib/clock.ts';
import { type HttpServer, serveHttp } from './server/http-server.ts';
import { pageRoutes } from './server/page-routes.ts';
import { probeRoutes } from './server/probe-routes.ts';
import { createLog, type LogLevel } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** What the command line says about a controller. */
export interface OperatorOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where Applications, projects and configuration live. */
  readonly namespace: string;
  /** Page and API. */
  readonly port: number;
  /** Address of the page and the API: they have no sign-in yet, so only this machine by default. */
  readonly address: string;
  /** Probes and metrics. */
  readonly metricsPort: number;
  readonly logLevel: LogLevel;
}

/** A running operator. */
export interface Operator {
  readonly port: number;
  readonly metricsPort: number;
  readonly controller: Controller;
  /** Finishes what is under way and lets go. */
  stop(): Promise<void>;
}

/**
 * Starts the operator against one cluster.
 * @throws {HoldfastError} CONFIG_KUBECONFIG, PORT_IN_USE, CLUSTER_*
 */
export async function startOperator(options: OperatorOptions): Promise<Operator> {
  // A young generation that never grows keeps the process some 30 MB smaller, for a little more time in its collector.
  setFlagsFromString('--semi-space-growth-factor=1');
  const log = createLog(options.logLevel);
  const metrics = createMetrics();
  const credentials = await loadClusterCredentials(options);
  const client = createClusterClient(credentials, { clock: systemClock, userAgent: 'holdfast', observer: metrics });
  const servers: HttpServer[] = [];
  try {
    const discovery = createDiscovery(client);
    let controller: Controller | undefined;
    const probes = probeRoutes(() => controller?.ready ?? false, metrics.registry);
    servers.push(await serveHttp(probes, { host: '0.0.0.0', port: options.metricsPort, flag: '--metrics-port' }));
    const page = pageRoutes(() => controller?.applications() ?? []);
    servers.push(await serveHttp(page, { host: options.address, port: options.port, flag: '--port' }));
    const installationId = await installationIdOf(client, options.namespace);
    await discovery.refresh();
    controller = new Controller({
      client,
      discovery,
      clock: systemClock,
      log,
      metrics,
      controlNamespace: options.namespace,
      installationId,
    });
    controller.start();
    const [metricsPort = 0, port = 0] = servers.map((server) => server.port);
    log.info(
      { server: client.server, namespace: options.namespace, installationId, port, metricsPort },
      'operator started',
    );
    const running = controller;
    const stop = async (): Promise<void> => {
      log.info('stopping');
      await running.stop();
      await Promise.all(servers.map((server) => server.close()));
      await client.close();
      log.info('stopped');
    };
    return { port, metricsPort, controller, stop };
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()));
    await client.close();
    throw error;
  }
}
