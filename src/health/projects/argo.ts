import { byConditions } from '../forms/by-conditions.ts';
import { byField } from '../forms/by-field.ts';
import { always, type HealthRules, inTurn, waiting } from '../forms/rule.ts';

const ANALYSIS_RUNS = ['Progressing', 'Analysis run is running'] as const;

/** Argo's kinds, but for Workflow (Argo CD knows it itself), Rollout and Promoter, which have files of their own. */
export const ARGO: HealthRules = {
  'argoproj.io/Application': inTurn(
    byField('status.health.status', {
      Healthy: ['Healthy', '{status.health.message}'],
      Progressing: ['Progressing', '{status.health.message}'],
      Suspended: ['Suspended', '{status.health.message}'],
      Degraded: ['Degraded', '{status.health.message}'],
      Missing: ['Missing', '{status.health.message}'],
      Unknown: ['Unknown', '{status.health.message}'],
    }),
    waiting('Waiting for the health of the application to be reported'),
  ),
  'argoproj.io/ApplicationSet': inTurn(
    byConditions([['ErrorOccurred=True', 'Degraded']]),
    byConditions([['ResourcesUpToDate=False', 'Degraded']]),
    byConditions([['RolloutProgressing=True', 'Progressing']]),
    byConditions([['ResourcesUpToDate=True', 'Healthy']]),
    waiting('Waiting for the status to be reported'),
  ),
  'argoproj.io/AnalysisRun': inTurn(
    byField('status.phase', {
      Pending: ANALYSIS_RUNS,
      Running: ANALYSIS_RUNS,
      Successful: ['Healthy', '{status.message|Analysis run completed successfully}'],
      Failed: ['Degraded', '{status.message|Analysis run failed}'],
      Error: ['Degraded', '{status.message|Analysis run had an error}'],
      Inconclusive: ['Unknown', '{status.message|Analysis run was inconclusive}'],
    }),
    waiting('Waiting for analysis run to finish: status has not been reconciled.'),
  ),
  'argoproj.io/CronWorkflow': inTurn(
    byConditions([
      ['SpecError=True', 'Degraded'],
      ['SubmissionError=True', 'Degraded'],
      ['Completed=True', 'Healthy'],
    ]),
    always('Healthy', 'CronWorkflow is healthy.'),
  ),
  'argoproj.io/EventBus': inTurn(
    byConditions([
      // What the condition lacks as message it may have as reason.
      ['Deployed=False', 'Degraded', '{condition.message|condition.reason}'],
      ['Deployed=True', 'Healthy', '{condition.message|condition.reason}'],
    ]),
    waiting('Waiting for initialization'),
  ),
  'argoproj.io/Experiment': inTurn(
    byField('status.phase', {
      Pending: ['Progressing', 'Experiment is pending'],
      Running: ['Progressing', 'Experiment is running'],
      Successful: ['Healthy', 'Experiment is successful'],
      Failed: ['Degraded', 'Experiment has failed'],
      Error: ['Degraded', 'Experiment had an error'],
    }),
    waiting('Waiting for experiment to finish: status has not been reconciled.'),
  ),
};
