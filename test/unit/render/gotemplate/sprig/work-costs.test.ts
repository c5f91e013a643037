import { describe, expect, it } from 'vitest';
import { RenderBudget } from '../../../../../src/render/gotemplate/budget.ts';
import { WORK_COSTS } from '../../../../../src/render/gotemplate/sprig/work-costs.ts';
import { TemplateLimitError } from '../../../../../src/render/gotemplate/template-error.ts';

/** Charges the default budget of a render `count` times. */
function spend(count: number, cost: number): void {
  const budget = new RenderBudget();
  for (let i = 0; i < count; i++) budget.charge(cost);
}

describe('WORK_COSTS', () => {
  it('WORK_COSTS leave room for a certificate for each of 48 parts, and end keys without end', () => {
    const certificate = WORK_COSTS.rsa2048 + WORK_COSTS.signature;
    expect(() => spend(48, certificate)).not.toThrow();
    expect(() => spend(1000, certificate)).toThrow(TemplateLimitError);
    expect(() => spend(8, WORK_COSTS.rsa4096)).not.toThrow();
    expect(() => spend(100, WORK_COSTS.rsa4096)).toThrow(TemplateLimitError);
  });
});
