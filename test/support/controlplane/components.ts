import path from 'node:path';

/** The processes of a control plane, in the order in which they are started. */
export const COMPONENTS = ['etcd', 'apiserver', 'controllerManager', 'scheduler', 'kwok'] as const;

/** One process of a control plane, as `ControlPlane.pids` names it. */
export type Component = (typeof COMPONENTS)[number];

/** The programs that a control plane needs, by the names upstream gives them. */
export const PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
] as const;

/** A program that a control plane needs. */
export type Program = (typeof PROGRAMS)[number];

/** Which program a component runs. */
export const PROGRAM_OF: Readonly<Record<Component, Program>> = {
  etcd: 'etcd',
  apiserver: 'kube-apiserver',
  controllerManager: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  kwok: 'kwok',
};

/** The loopback ports of one control plane. */
export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
  readonly scheduler: number;
}

/** Files of a control plane inside its directory. All are private to the owner of the directory. */
export interface Layout {
  readonly dir: string;
  readonly etcdData: string;
  readonly certificates: string;
  readonly servingCertificate: string;
  readonly schedulerCertificates: string;
  readonly schedulerCertificate: string;
  readonly logs: string;
  /** Holds the id of the process that uses the directory. */
  readonly owner: string;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly kubeconfig: string;
}

/** Names the files of the control plane that lives in `dir`. */
export function layoutOf(dir: string): Layout {
  const certificates = path.join(dir, 'certificates');
  const schedulerCertificates = path.join(dir, 'scheduler-certificates');
  return {
    dir,
    etcdData: path.join(dir, 'etcd'),
    certificates,
    servingCertificate: path.join(certificates, 'apiserver.crt'),
    schedulerCertificates,
    schedulerCertificate: path.join(schedulerCertificates, 'kube-scheduler.crt'),
    logs: path.join(dir, 'logs'),
    owner: path.join(dir, 'owner.pid'),
    tokens: path.join(dir, 'tokens.csv'),
    serviceAccountKey: path.join(dir, 'service-account.key'),
    kubeconfig: path.join(dir, 'kubeconfig'),
  };
}

/** The command-line arguments of `component`. Pure. */
export function argumentsOf(component: Component, layout: Layout, ports: Ports): readonly string[] {
  return ARGUMENTS[component](layout, ports);
}

/** The Stages that make nodes Ready and Pods run; see the comments in the file. */
export const STAGES_FILE: string = path.join(import.meta.dirname, 'kwok', 'stages.yaml');

function etcdArguments(layout: Layout, ports: Ports): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=default',
    `--data-dir=${layout.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data is worth nothing after the run; waiting for the disk would dominate every write.
    '--unsafe-no-fsync=true',
    '--log-level=warn',
  ];
}

function apiserverArguments(layout: Layout, ports: Ports): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiserver}`,
    `--cert-dir=${layout.certificates}`,
    `--token-auth-file=${layout.tokens}`,
    '--authorization-mode=RBAC',
    // TaintNodesByCondition expects the node lifecycle controller to take its taint off again; it does not run here.
    '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${layout.serviceAccountKey}`,
    `--service-account-signing-key-file=${layout.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    // Endpoints cannot hold a loopback address, so that the reconciler would only fill the log.
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

/** Off: what needs a cloud, a kubelet that heartbeats, or volumes that attach. */
const CONTROLLERS_OFF = [
  'node-ipam-controller',
  'node-lifecycle-controller',
  'node-route-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
  'taint-eviction-controller',
  'device-taint-eviction-controller',
  'persistentvolume-attach-detach-controller',
  'persistentvolume-expander-controller',
  'ttl-controller',
];

function controllerManagerArguments(layout: Layout): readonly string[] {
  return [
    `--kubeconfig=${layout.kubeconfig}`,
    `--authentication-kubeconfig=${layout.kubeconfig}`,
    `--authorization-kubeconfig=${layout.kubeconfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    // The default of 20 requests a second needs 19 s to observe 100 new Deployments.
    '--kube-api-qps=2000',
    '--kube-api-burst=4000',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
    `--service-account-private-key-file=${layout.serviceAccountKey}`,
    `--root-ca-file=${layout.servingCertificate}`,
    `--controllers=${['*', ...CONTROLLERS_OFF.map((name) => `-${name}`)].join(',')}`,
    '--profiling=false',
  ];
}

function schedulerArguments(layout: Layout, ports: Ports): readonly string[] {
  return [
    `--kubeconfig=${layout.kubeconfig}`,
    `--authentication-kubeconfig=${layout.kubeconfig}`,
    `--authorization-kubeconfig=${layout.kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.scheduler}`,
    `--cert-dir=${layout.schedulerCertificates}`,
    '--leader-elect=false',
    '--kube-api-qps=2000',
    '--kube-api-burst=4000',
    '--profiling=false',
  ];
}

function kwokArguments(layout: Layout): readonly string[] {
  return [
    `--config=${STAGES_FILE}`,
    `--kubeconfig=${layout.kubeconfig}`,
    '--manage-all-nodes=true',
    '--cidr=10.64.0.1/10',
    '--node-ip=172.31.0.1',
    // Nothing looks at node leases here; renewing them would cost idle time.
    '--node-lease-duration-seconds=0',
    '--server-address=',
  ];
}

const ARGUMENTS: Readonly<Record<Component, (layout: Layout, ports: Ports) => readonly string[]>> = {
  etcd: etcdArguments,
  apiserver: apiserverArguments,
  controllerManager: controllerManagerArguments,
  scheduler: schedulerArguments,
  kwok: kwokArguments,
};
