import { TemplateLimitError } from '../render/gotemplate/template-error.ts';
import { memoryReason } from './process-errors.ts';

/** One costs as much as a hundred steps of a template, and they come every thousand. */
const CHECKS_BETWEEN = 4;
const EARLY_SHARE = 0.9;

/** Ends a template that fills the memory a little before the controller kills the process, to name its line. */
export function memoryCheck(residentMiB: number): () => void {
  let checks = 0;
  return () => {
    checks += 1;
    if (checks % CHECKS_BETWEEN !== 0 || process.memoryUsage.rss() < residentMiB * EARLY_SHARE * 1024 * 1024) return;
    throw new TemplateLimitError(memoryReason(residentMiB), 'work');
  };
}
