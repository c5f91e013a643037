import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../src/lib/errors.ts';
import { createLog, type Log } from '../../../src/telemetry/log.ts';

/** A logger and the lines that it wrote. */
function capture(level: Parameters<typeof createLog>[0] = 'info'): {
  log: Log;
  lines: () => Record<string, unknown>[];
} {
  const texts: string[] = [];
  const log = createLog(level, { write: (text) => void texts.push(text) });
  return { log, lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>) };
}

/** As HTTP libraries throw them. */
function foreignError(): Error {
  const request = { headers: { authorization: 'Bearer hunter2' } };
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', request, token: 'hunter2' });
}

describe('createLog()', () => {
  it('writes JSON with a level in words, a time and a constant message', () => {
    const { log, lines } = capture();
    log.warn({ application: 'shop' }, 'cannot poll repository');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
        application: 'shop',
        msg: 'cannot poll repository',
      },
    ]);
  });

  it('writes code and message of our errors, and neither cause nor stack', () => {
    const { log, lines } = capture();
    const error = new HoldfastError('GIT_AUTH', 'said', { cause: new Error('hunter2'), httpStatus: 401 });
    log.error({ error }, 'x');
    expect(lines()[0]?.['error']).toEqual({ code: 'GIT_AUTH', message: 'said' });
  });

  it('writes the stack of what nobody expected', () => {
    const { log, lines } = capture();
    log.error({ error: HoldfastError.from(new TypeError('no function')) }, 'x');
    expect(lines()[0]?.['error']).toMatchObject({
      code: 'INTERNAL',
      stack: expect.stringContaining('no function') as unknown,
    });
  });

  it.each<readonly [string, (log: Log) => void]>([
    ['error', (log) => log.error({ error: foreignError() }, 'x')],
    ['err', (log) => log.error({ err: foreignError() }, 'x')],
    ['nothing', (log) => log.error(foreignError(), 'x')],
    ['nothing in a child', (log) => log.child({ a: 1 }).error(foreignError(), 'x')],
  ])('never writes the fields of a foreign error given as %s', (_title, write) => {
    const { log, lines } = capture();
    write(log);
    expect(lines()).toHaveLength(1);
    expect(JSON.stringify(lines())).toContain('socket hang up');
    expect(JSON.stringify(lines())).not.toContain('hunter2');
  });

  it.each([
    ['text', 'text'],
    [undefined, undefined],
    [5, '5'],
    [{ token: 'hunter2' }, '[object Object]'],
  ])('writes of a thrown %o no more than its text', (thrown, message) => {
    const { log, lines } = capture();
    log.error({ error: thrown }, 'x');
    expect(lines()[0]?.['error']).toEqual(message === undefined ? undefined : { message });
  });

  it.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['silent', 0],
  ] as const)('at level %s writes %d of four', (level, count) => {
    const { log, lines } = capture(level);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]('x');
    expect(lines()).toHaveLength(count);
  });
});
