import type { MetricTable } from './metric-table.ts'

const plugin = (what: string, of: string): Record<string, readonly [string, string]> => ({
  [`${what}-class`]: ['text', `Class of the ${of}`],
  [`${what}-version`]: ['text', `Version of the ${of}`],
})

const starts = (what: 'connector' | 'task'): MetricTable['metrics'] => ({
  [`${what}-count`]: ['', `${what}s that this worker has, failed ones among them`],
  [`${what}-startup-attempts-total`]: ['', `${what}s that came to run or failed before`],
  [`${what}-startup-success-total`]: ['', `${what}s that came to run`],
  [`${what}-startup-failure-total`]: ['', `${what}s that failed before they ran`],
  [`${what}-startup-success-percentage`]: ['0 to 1', `Share of starts of ${what}s that succeeded`],
  [`${what}-startup-failure-percentage`]: ['0 to 1', `Share of starts of ${what}s that failed`],
})

const taskTags = ['connector', 'task']

/** Metrics of workers, connectors and tasks. */
export const connectMetrics: readonly MetricTable[] = [
  {
    type: 'connector-metrics',
    tags: ['connector'],
    metrics: {
      status: ['text', 'unassigned, running, paused, stopped, failed or restarting'],
      'connector-type': ['text', 'source or sink; unknown while its class is'],
      ...plugin('connector', 'connector'),
    },
  },
  {
    type: 'connector-task-metrics',
    tags: taskTags,
    metrics: {
      status: ['text', 'unassigned, running, paused, failed or restarting'],
      'running-ratio': ['0 to 1', 'Share of its time in which the task ran'],
      'pause-ratio': ['0 to 1', 'Share of its time in which the task was paused'],
      'offset-commit-max-time-ms': ['ms', 'Longest time that a commit of offsets took'],
      'offset-commit-avg-time-ms': ['ms', 'Time that a commit of offsets took on average'],
      'offset-commit-success-percentage': ['0 to 1', 'Share of commits that succeeded'],
      'offset-commit-failure-percentage': ['0 to 1', 'Share of commits that failed'],
      'batch-size-max': ['records', 'Largest batch that the task polled or was given'],
      'batch-size-avg': ['records', 'Average size of such batches, empty ones among them'],
      'connector-type': ['text', 'source or sink'],
      ...plugin('connector', 'connector'),
      ...plugin('task', 'task'),
      ...plugin('key-converter', 'converter of keys'),
      ...plugin('value-converter', 'converter of values'),
      ...plugin('header-converter', 'converter of headers'),
    },
  },
  {
    type: 'connector-transform-metrics',
    tags: [...taskTags, 'transform'],
    metrics: plugin('transform', 'transform'),
  },
  {
    type: 'connector-predicate-metrics',
    tags: [...taskTags, 'predicate'],
    metrics: plugin('predicate', 'predicate'),
  },
  {
    type: 'source-task-metrics',
    tags: taskTags,
    metrics: {
      'source-record-poll-rate': ['1/s', 'Records polled, before transforms'],
      'source-record-poll-total': ['records', 'Records polled, before transforms'],
      'source-record-write-rate': ['1/s', 'Records that Kafka acknowledged'],
      'source-record-write-total': ['records', 'Records that Kafka acknowledged'],
      'poll-batch-max-time-ms': ['ms', 'Longest time that a poll with records took'],
      'poll-batch-avg-time-ms': ['ms', 'Time that a poll with records took on average'],
      'source-record-active-count': ['records', 'Records polled that are not in Kafka yet'],
      'source-record-active-count-max': ['records', 'Most records polled that were not in Kafka'],
      'source-record-active-count-avg': ['records', 'Such records on average'],
      'transaction-size-min': ['records', 'Smallest transaction; exactly-once tasks only'],
      'transaction-size-max': ['records', 'Largest transaction; exactly-once tasks only'],
      'transaction-size-avg': ['records', 'Average transaction; exactly-once tasks only'],
    },
  },
  {
    type: 'sink-task-metrics',
    tags: taskTags,
    metrics: {
      'sink-record-read-rate': ['1/s', 'Records read from Kafka, before transforms'],
      'sink-record-read-total': ['records', 'Records read from Kafka, before transforms'],
      'sink-record-send-rate': ['1/s', 'Records that the task took'],
      'sink-record-send-total': ['records', 'Records that the task took'],
      'partition-count': ['partitions', 'Partitions that the task has'],
      'offset-commit-seq-no': ['', 'Number of the last commit of offsets'],
      'offset-commit-completion-rate': ['1/s', 'Commits of offsets that succeeded'],
      'offset-commit-completion-total': ['', 'Commits of offsets that succeeded'],
      'offset-commit-skip-rate': ['1/s', 'Commits that ended after a newer one had begun'],
      'offset-commit-skip-total': ['', 'Commits that ended after a newer one had begun'],
      'put-batch-max-time-ms': ['ms', 'Longest time that the task took for a batch'],
      'put-batch-avg-time-ms': ['ms', 'Time that the task took for a batch on average'],
      'sink-record-active-count': ['records', 'Records read whose offsets are not committed'],
      'sink-record-active-count-max': ['records', 'Most records read that were not committed'],
      'sink-record-active-count-avg': ['records', 'Such records on average'],
      'sink-record-lag-max': ['records', 'Records behind the end of a partition, at the most'],
    },
  },
  {
    type: 'task-error-metrics',
    tags: taskTags,
    metrics: {
      'total-record-failures': ['', 'Attempts at a record that failed'],
      'total-record-errors': ['records', 'Records that failed for good, tolerated or not'],
      'total-records-skipped': ['records', 'Those of them left out as errors.tolerance allows'],
      'total-retries': ['', 'Attempts at a record after one that failed'],
      'total-errors-logged': ['', 'Failures that the error log has'],
      'deadletterqueue-produce-requests': ['records', 'Records for the dead letter queue'],
      'deadletterqueue-produce-failures': ['records', 'Records that did not get there'],
      'last-error-timestamp': ['ms since 1970', 'When a record last failed for good; 0 for never'],
    },
  },
  {
    type: 'connect-worker-metrics',
    tags: [],
    metrics: { ...starts('connector'), ...starts('task') },
  },
  {
    type: 'connect-worker-metrics',
    tags: ['connector'],
    metrics: {
      'connector-total-task-count': ['tasks', 'Tasks of the connector that this worker has'],
      'connector-running-task-count': ['tasks', 'Those that run'],
      'connector-paused-task-count': ['tasks', 'Those that are paused'],
      'connector-failed-task-count': ['tasks', 'Those that have failed'],
      'connector-unassigned-task-count': ['tasks', 'Those that have yet to start or have ended'],
      'connector-destroyed-task-count': ['tasks', 'Those that are deleted: none'],
      'connector-restarting-task-count': ['tasks', 'Those that restart'],
    },
  },
  {
    type: 'connect-worker-rebalance-metrics',
    tags: [],
    metrics: {
      'connect-protocol': ['text', 'EAGER, COMPATIBLE or SESSIONED'],
      'leader-name': ['text', 'URL of the leader of the group'],
      epoch: ['', 'Generation of the group'],
      'completed-rebalances-total': ['', 'Rebalances that this worker has been through'],
      rebalancing: ['0 or 1', 'Whether the worker takes part in a rebalance right now'],
      'rebalance-max-time-ms': ['ms', 'Longest time that a rebalance took'],
      'rebalance-avg-time-ms': ['ms', 'Time that a rebalance took on average'],
      'time-since-last-rebalance-ms': ['ms', 'Time since the last one; infinite without any'],
    },
  },
  {
    type: 'app-info',
    tags: ['client-id'],
    metrics: {
      version: ['text', 'Version of Millrace'],
      'commit-id': ['text', 'Commit that it was built from'],
      'start-time-ms': ['ms since 1970', 'When the worker started'],
    },
  },
]
