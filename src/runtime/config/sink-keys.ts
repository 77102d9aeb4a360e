import type { ConfigSpec } from '../../config/definition.ts'
import { distinctList, validRegex } from '../../config/validators.ts'

const ERRORS = 'Error Handling'

/** Settings that sink connectors have besides those of every connector. */
export const sinkKeys = {
  topics: {
    type: 'list',
    default: [],
    validator: distinctList(),
    importance: 'high',
    doc: 'Topics to consume. Either these or topics.regex.',
    group: 'Common',
    order: 4,
    width: 'long',
    displayName: 'Topics',
  },
  'topics.regex': {
    type: 'string',
    default: '',
    validator: validRegex,
    importance: 'high',
    doc: 'Java pattern that the whole name of a topic to consume must match.',
    group: 'Common',
    order: 4,
    width: 'long',
    displayName: 'Topics regex',
  },
  'errors.deadletterqueue.topic.name': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Topic that gets the records which failed; none when empty.',
    group: ERRORS,
    order: 6,
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Name',
  },
  'errors.deadletterqueue.topic.replication.factor': {
    type: 'short',
    default: 3,
    importance: 'medium',
    doc: 'Replicas of that topic where it has to be created.',
    group: ERRORS,
    order: 7,
    width: 'medium',
    displayName: 'Dead Letter Queue Topic Replication Factor',
  },
  'errors.deadletterqueue.context.headers.enable': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Whether headers (__connect.errors.*) tell where and why a record failed.',
    group: ERRORS,
    order: 8,
    width: 'medium',
    displayName: 'Enable Error Context Headers',
  },
} as const satisfies ConfigSpec
