import type { JsonValue, KubeObject } from '../object/kube-object.ts';
import { printJson } from '../yaml/json.ts';
import type { Routes } from './http-server.ts';

/** The list of Applications, as a page for people and as JSON for programs. */
export function pageRoutes(applications: () => readonly KubeObject[]): Routes {
  return {
    '/': () => ({ status: 200, contentType: 'text/html; charset=utf-8', body: page(applications().map(rowOf)) }),
    '/style.css': () => ({ status: 200, contentType: 'text/css; charset=utf-8', body: STYLE }),
    '/api/v1/applications': () => ({
      status: 200,
      contentType: 'application/json',
      body: printJson({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationList',
        items: applications().map(publicPart) as unknown as JsonValue,
      }),
    }),
  };
}

interface Row {
  readonly name: string;
  readonly sync: string;
  readonly health: string;
  readonly revision: string;
  readonly conditions: readonly string[];
}

interface StatusShape {
  sync?: { status?: string; revision?: string };
  health?: { status?: string };
  conditions?: { type: string; message: string }[];
}

/** managedFields double the size and help nobody here. */
function publicPart(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function rowOf(object: KubeObject): Row {
  const { sync = {}, health = {}, conditions = [] } = (object['status'] ?? {}) as StatusShape;
  return {
    name: `${object.metadata.namespace ?? ''}/${object.metadata.name}`,
    sync: sync.status ?? 'Unknown',
    health: health.status ?? 'Unknown',
    revision: (sync.revision ?? '').slice(0, 8),
    conditions: conditions.map(({ type, message }) => `${type}: ${message}`),
  };
}

function page(rows: readonly Row[]): string {
  const body = [...rows]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(rowHtml)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Holdfast</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<h1>Applications</h1>
<table>
<thead><tr><th scope="col">Application</th><th scope="col">Sync</th><th scope="col">Health</th><th scope="col">Revision</th><th scope="col">Conditions</th></tr></thead>
<tbody>
${rows.length === 0 ? '<tr><td colspan="5">There is no Application yet.</td></tr>' : body}
</tbody>
</table>
</body>
</html>
`;
}

function rowHtml(row: Row): string {
  const conditions = row.conditions.map((text) => `<p>${escapeHtml(text)}</p>`).join('');
  return `<tr><th scope="row">${escapeHtml(row.name)}</th><td class="${escapeHtml(row.sync)}">${escapeHtml(row.sync)}</td><td class="${escapeHtml(row.health)}">${escapeHtml(row.health)}</td><td><code>${escapeHtml(row.revision)}</code></td><td>${conditions}</td></tr>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.8rem; border-bottom: 1px solid #d0d7de; }
td p { margin: 0; }
.Synced, .Healthy { color: #116329; }
.OutOfSync, .Progressing, .Missing { color: #7d4e00; }
.Degraded { color: #a40e26; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; }
  th, td { border-color: #30363d; }
  .Synced, .Healthy { color: #56d364; }
  .OutOfSync, .Progressing, .Missing { color: #e3b341; }
  .Degraded { color: #ff7b72; }
}
`;
