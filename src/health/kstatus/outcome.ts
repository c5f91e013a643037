import { type Fields, textAt } from '../read.ts';

/** How far a resource is, in kstatus' words. */
export type KstatusCode = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

/** A standard condition that says why a resource is not current. */
export interface KstatusCondition {
  readonly type: 'Reconciling' | 'Stalled';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** What kstatus makes of an object. */
export interface Kstatus {
  readonly status: KstatusCode;
  readonly reason: string;
  readonly message: string;
  /** `Reconciling` while in progress, `Stalled` when failed, else none. */
  readonly conditions: readonly KstatusCondition[];
}

/** The resource is as its specification wants it. */
export function current(): Kstatus {
  return { status: 'Current', reason: '', message: '', conditions: [] };
}

/** Somebody is still working on the resource. */
export function inProgress(reason: string, message: string): Kstatus {
  return {
    status: 'InProgress',
    reason,
    message,
    conditions: [{ type: 'Reconciling', status: 'True', reason, message }],
  };
}

/** The resource will not get there by itself. */
export function failed(reason: string, message: string): Kstatus {
  return { status: 'Failed', reason, message, conditions: [{ type: 'Stalled', status: 'True', reason, message }] };
}

/** The same with the reason and the message of one of the object's conditions. */
export function reported(status: 'InProgress' | 'Failed', condition: Fields): Kstatus {
  const [reason, message] = [textAt(condition, 'reason'), textAt(condition, 'message')];
  return status === 'Failed' ? failed(reason, message) : inProgress(reason, message);
}
