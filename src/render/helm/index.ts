export { type Capabilities, capabilitiesFor } from './capabilities.ts';
export { describeUnstable, type UnstableObject } from './find-unstable.ts';
export { type HelmTemplateOptions, helmTemplate } from './helm-template.ts';
export type { LookupAnswer, LookupAnswers, LookupNeed, LookupQuery } from './lookup.ts';
export { type PrintChartOptions, printChart, type RenderedChart } from './render-chart.ts';
export { type ClusterChart, type ClusterOptions, templateForCluster } from './template-for-cluster.ts';
