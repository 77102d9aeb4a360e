import { availableParallelism } from 'node:os'
import type { ConfigSpec } from '../../config/definition.ts'
import { atLeast, between, oneOf } from '../../config/validators.ts'

const INT_MAX = 2 ** 31 - 1

/**
 * Settings of where connectors and tasks run.
 * @param host Where they do when nothing is said.
 */
export function taskHostKeys<H extends 'threads' | 'in-process'>(host: H) {
  return {
    'millrace.task.host': {
      type: 'string',
      default: host,
      validator: oneOf('threads', 'in-process'),
      importance: 'medium',
      doc: 'Where connectors and tasks run: in threads, or all in the one that serves REST.',
    },
    'millrace.task.threads': {
      type: 'int',
      default: availableParallelism(),
      validator: atLeast(1),
      importance: 'medium',
      doc: 'Most threads that connectors and tasks share; else as many as the machine runs at once.',
    },
    'millrace.task.thread.timeout.ms': {
      type: 'int',
      default: 30_000,
      validator: between(0, INT_MAX),
      importance: 'medium',
      doc: 'Time for which code of a plug-in may hold up its thread before that is ended; 0 is for ever.',
    },
  } as const satisfies ConfigSpec
}
