import { StructReader } from '../config/struct-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { composeNodes } from '../node/compose-nodes.ts';
import type { GeneratorPlugin } from '../plugin.ts';
import { ResMap } from '../resource/res-map.ts';
import { Resource } from '../resource/resource.ts';

/**
 * Makes the service account that stands for one of GKE: `{cloud: gke, kubernetesService: {name, namespace},
 * serviceAccount: {name, projectId}}`.
 * @throws {KustomizeError} if a field has the wrong type
 * @returns a generator that throws a KustomizeError for any other cloud
 * @see sigs.k8s.io/kustomize/api v0.21.2 filters/iampolicygenerator
 */
export const iamPolicyGenerator: GeneratorPlugin = (config, context) => {
  const fields = new StructReader(config, 'IAMPolicyGeneratorPlugin');
  const cloud = fields.embeddedText('cloud');
  const own = fields.struct('kubernetesService', 'types.KubernetesService', (service) => ({
    name: service.embeddedText('name'),
    namespace: service.embeddedText('namespace'),
  }));
  const account = fields.struct('serviceAccount', 'types.ServiceAccount', (item) => ({
    name: item.embeddedText('name'),
    projectId: item.embeddedText('projectId'),
  }));
  return () => {
    if (cloud !== 'gke') throw new KustomizeError(`cloud provider ${cloud} not supported yet`);
    const email = `${account.name}@${account.projectId}.iam.gserviceaccount.com`;
    const text = [
      // Real kustomize begins with an empty line, which counts in its errors.
      '',
      'apiVersion: v1',
      'kind: ServiceAccount',
      'metadata:',
      '  annotations:',
      `    iam.gke.io/gcp-service-account: ${email}`,
      `  name: ${own.name}`,
      ...(own.namespace === '' ? [] : [`  namespace: ${own.namespace}`]),
    ].join('\n');
    const nodes = composeNodes(text, 'IAMPolicyGenerator');
    return ResMap.of(nodes.slice(0, 1).map((node) => new Resource(node, context.factory.holder)));
  };
};
