import { GoFunctionError, type TemplateFunction } from '../function-table.ts';

/** The call with an empty string in place of the error that it returns, as functions without `must` before them give. */
export function orEmpty(call: TemplateFunction['call']): TemplateFunction['call'] {
  return (args, context) => {
    try {
      return call(args, context);
    } catch (error) {
      if (error instanceof GoFunctionError) return '';
      throw error;
    }
  };
}
