import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the fleet benchmark's repository with plain manifests: a base Deployment and, for each application, the five
 * objects that the Kustomize overlays of `bench/mkrepo.py` come to. A pre-commit hook writes the applications anew
 * from the base, so that the benchmark's own change of the base touches every one of them.
 * @returns path of the work tree; `bare` next to it is what a server serves
 */
export function makePlainFleet(root: string, applications: number): { work: string; bare: string } {
  const work = path.join(root, 'work');
  mkdirSync(path.join(work, 'base'), { recursive: true });
  writeFileSync(path.join(work, 'base/deployment.yaml'), 'resources: {requests: {cpu: 100m}}\n');
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.email=bench@example.test', '-c', 'user.name=bench', ...args], { cwd: work });
  };
  git('init', '-q', '-b', 'main', '.');
  const hook = path.join(work, '.git/hooks/pre-commit');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, hookScript(applications));
  chmodSync(hook, 0o755);
  git('add', '-A');
  git('commit', '-qm', 'init');
  const bare = path.join(root, 'fleet.git');
  execFileSync('git', ['clone', '-q', '--bare', work, bare]);
  execFileSync('git', ['-C', bare, 'config', 'http.receivepack', 'true']);
  git('remote', 'add', 'origin', bare);
  return { work, bare };
}

/** A hook is run by git, so it is a program of its own; Python, as the benchmark's own generator is. */
function hookScript(applications: number): string {
  return `#!/usr/bin/env python3
import os, re, subprocess
cpu = re.search(r'cpu: (\\d+m)', open('base/deployment.yaml').read()).group(1)
TEMPLATE = '''apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-@S
  labels: {team: t@T, inst: "i@S"}
spec:
  replicas: 0
  selector:
    matchLabels: {app: web, inst: "i@S"}
  template:
    metadata:
      labels: {app: web, team: t@T, inst: "i@S"}
    spec:
      serviceAccountName: web-@S
      containers:
      - name: web
        image: nginx:1.27
        ports: [{containerPort: 8080}]
        resources: {requests: {cpu: @CPU, memory: 64Mi}, limits: {memory: 128Mi}}
        envFrom: [{configMapRef: {name: settings-@S}}]
        readinessProbe: {httpGet: {path: /ready, port: 8080}}
---
apiVersion: v1
kind: Service
metadata: {name: web-@S, labels: {team: t@T, inst: "i@S"}}
spec:
  selector: {app: web, inst: "i@S"}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web-@S, labels: {team: t@T, inst: "i@S"}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-@S, labels: {team: t@T, inst: "i@S"}}
spec:
  podSelector: {matchLabels: {app: web, inst: "i@S"}}
  ingress: [{from: [{podSelector: {}}], ports: [{port: 8080}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings-@S, labels: {team: t@T, inst: "i@S"}}
data: {color: blue, index: "@I"}
'''
for i in range(${applications}):
    s = f'{i:04d}'
    d = f'apps/app-{s}'
    os.makedirs(d, exist_ok=True)
    text = TEMPLATE.replace('@S', s).replace('@T', str(i % 7)).replace('@I', str(i)).replace('@CPU', cpu)
    open(f'{d}/all.yaml', 'w').write(text)
subprocess.run(['git', 'add', '-A'], check=True)
`;
}
