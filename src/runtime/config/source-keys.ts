import type { ConfigSpec } from '../../config/definition.ts'
import { atLeast, nonEmptyString, oneOfIgnoreCase, orNull } from '../../config/validators.ts'
import { uniqueAliases } from './connector-keys.ts'

const EXACTLY_ONCE = 'Exactly Once Support'

/** Settings that source connectors have besides those of every connector. */
export const sourceKeys = {
  'topic.creation.groups': {
    type: 'list',
    default: [],
    validator: uniqueAliases('topic creation groups'),
    importance: 'low',
    doc: 'Names of groups of topics; topic.creation.NAME.* say how topics of a group are created.',
    group: 'Topic Creation',
    order: 1,
    width: 'long',
    displayName: 'Topic Creation Groups',
  },
  'exactly.once.support': {
    type: 'string',
    default: 'requested',
    validator: oneOfIgnoreCase('REQUIRED', 'REQUESTED'),
    importance: 'medium',
    doc: 'required: the connector is refused where it or its worker can not deliver exactly once.',
    group: EXACTLY_ONCE,
    order: 2,
    width: 'short',
    displayName: 'Exactly once support',
  },
  'transaction.boundary': {
    type: 'string',
    default: 'poll',
    validator: oneOfIgnoreCase('INTERVAL', 'POLL', 'CONNECTOR'),
    importance: 'medium',
    doc: 'Where transactions end: with each batch, at intervals, or where the connector says.',
    group: EXACTLY_ONCE,
    order: 3,
    width: 'short',
    displayName: 'Transaction Boundary',
  },
  'transaction.boundary.interval.ms': {
    type: 'long',
    default: null,
    validator: orNull(atLeast(0)),
    importance: 'low',
    doc: "Time between transactions for interval; the worker's offset.flush.interval.ms when absent.",
    group: EXACTLY_ONCE,
    order: 4,
    width: 'short',
    displayName: 'Transaction boundary interval',
  },
  'offsets.storage.topic': {
    type: 'string',
    default: null,
    validator: nonEmptyString,
    importance: 'low',
    doc: "Topic that keeps this connector's offsets; the worker's when absent.",
    group: 'offsets.topic',
    order: 1,
    width: 'long',
    displayName: 'Offsets topic',
  },
} as const satisfies ConfigSpec
