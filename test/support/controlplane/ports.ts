import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

import type { Ports } from './components.ts';

/**
 * Returns ports of the loopback interface that were free just now, all different. Another process can take one
 * before it is used, so that the caller has to be ready to try again.
 */
export async function findFreePorts(): Promise<Ports> {
  // Held open together, so that the kernel cannot give one of them twice.
  const servers = await Promise.all([0, 1, 2, 3].map(() => listen()));
  const [etcd = 0, etcdPeer = 0, apiserver = 0, scheduler = 0] = servers.map(
    (server) => (server.address() as AddressInfo).port,
  );
  await Promise.all(servers.map((server) => close(server)));
  return { etcd, etcdPeer, apiserver, scheduler };
}

async function listen(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
