/** Text of a ConfigMap manifest; without a namespace, so that the application's destination decides. */
export function configMap(name: string, data: Readonly<Record<string, string>>, extra: object = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...extra }, data });
}

/** Text of a Deployment manifest with one container. */
export function deployment(
  name: string,
  options: { readonly replicas?: number; readonly image?: string } = {},
): string {
  const { replicas = 1, image = 'registry.example/web:1' } = options;
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec });
}

/** API path of a ConfigMap. */
export function configMapPath(namespace: string, name: string): `/${string}` {
  return `/api/v1/namespaces/${namespace}/configmaps/${name}`;
}
