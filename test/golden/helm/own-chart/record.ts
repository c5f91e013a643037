// Records what the real helm prints for our chart with each value set: node test/golden/helm/own-chart/record.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { OWN_CHART_GOLDEN, ownChartSets, runRealOnOwnChart } from '../../../conformance/own-chart.ts';

for (const set of ownChartSets()) {
  const text = runRealOnOwnChart(set);
  if (text === undefined) throw new Error('there is no helm at HOLDFAST_HELM');
  writeFileSync(path.join(OWN_CHART_GOLDEN, `${set}.expected.yaml`), text);
}
