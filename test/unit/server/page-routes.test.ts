import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/object/kube-object.ts';
import type { HttpAnswer } from '../../../src/server/http-server.ts';
import { pageRoutes } from '../../../src/server/page-routes.ts';

function app(name: string, status?: object, more: object = {}): KubeObject {
  const metadata = { name, namespace: 'argocd', managedFields: [{ manager: 'x' }] };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata, ...(status && { status }), ...more };
}

async function get(path: string, ...applications: readonly KubeObject[]): Promise<HttpAnswer> {
  const answer = await pageRoutes(() => applications)[path]?.();
  if (answer === undefined) throw new Error(`nothing is served at ${path}`);
  return answer;
}

async function page(...applications: readonly KubeObject[]): Promise<string> {
  return (await get('/', ...applications)).body;
}

const STATUS = {
  sync: { status: 'OutOfSync', revision: '0123456789abcdef' },
  health: { status: 'Degraded' },
  conditions: [{ type: 'SyncError', message: 'quota exceeded' }],
};

describe('the page', () => {
  it('shows each Application with its state, sorted by name', async () => {
    const html = await page(app('shop', STATUS), app('bank'));
    expect(html.indexOf('argocd/bank')).toBeGreaterThan(0);
    expect(html.indexOf('argocd/shop')).toBeGreaterThan(html.indexOf('argocd/bank'));
    expect(html).toContain('<td class="OutOfSync">OutOfSync</td><td class="Degraded">Degraded</td>');
    expect(html).toContain('<code>01234567</code>');
    expect(html).toContain('<p>SyncError: quota exceeded</p>');
    expect(html).toContain('<td class="Unknown">Unknown</td>');
  });

  it('says when there is none', async () => {
    expect(await page()).toContain('There is no Application yet.');
  });

  it('has a style of its own and no script', async () => {
    expect(await page(app('shop', STATUS))).not.toContain('<script');
    expect((await get('/style.css')).contentType).toContain('text/css');
  });

  const EVIL = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    'javascript:alert(1)',
    '</td></tr></table><h1>',
    '&lt;b&gt;',
    '<!--',
    ']]>',
  ];
  const text = fc.oneof(
    fc.constantFrom(...EVIL),
    fc.string({ unit: fc.constantFrom(...'<>"\'&=/;a \u0000`'.split('')) }),
  );

  it('shows any text as text', async () => {
    const expected = skeleton(await page(app('a', filled('x'))));
    await fc.assert(
      fc.asyncProperty(text, text, async (name, words) => {
        const html = await page(app(name, filled(words)));
        expect(skeleton(html)).toBe(expected);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  function filled(words: string): object {
    return {
      sync: { status: words, revision: words },
      health: { status: words },
      conditions: [{ type: words, message: words }],
    };
  }

  /** The tags and the names of their attributes: what a browser would make elements of. */
  function skeleton(html: string): string {
    return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""')).join('');
  }
});

describe('the list of Applications as JSON', () => {
  it('is an ApplicationList without managedFields', async () => {
    const { body, contentType } = await get('/api/v1/applications', app('shop', STATUS));
    expect(contentType).toBe('application/json');
    expect(JSON.parse(body)).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationList',
      items: [
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: 'shop', namespace: 'argocd' },
          status: STATUS,
        },
      ],
    });
  });

  it('holds integers that a number cannot', async () => {
    const { body } = await get('/api/v1/applications', app('shop', {}, { spec: { id: 9_007_199_254_740_993n } }));
    expect(body).toContain('"id":9007199254740993');
  });
});
