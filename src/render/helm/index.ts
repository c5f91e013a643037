export { type Capabilities, capabilitiesFor } from './capabilities.ts';
export { type HelmTemplateOptions, helmTemplate } from './helm-template.ts';
export { type PrintChartOptions, printChart, type RenderedChart } from './render-chart.ts';
