import { errorCode } from '../../protocol/error-codes.ts'
import { type Broker, NODE_ID } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import { resourceType } from './resource-type.ts'
import type { Topic } from './topic.ts'
import { elements, topicConfigs } from './topic-configs.ts'
import { configProblem } from './topic-plan.ts'

/** What to do with a setting, as IncrementalAlterConfigs numbers it. */
const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

export interface ConfigChange {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

type Configs = ReadonlyMap<string, string>

/** The topic whose settings are to be changed. */
export function changeableTopic(
  { topics }: Broker,
  asked: { readonly resourceType: number; readonly resourceName: string },
): Topic | Problem {
  const { resourceName: name } = asked
  if (asked.resourceType === resourceType.topic) {
    return (
      topics.get(name) ??
      problem(errorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${name}'.`)
    )
  }
  return asked.resourceType === resourceType.broker
    ? problem(errorCode.INVALID_REQUEST, `Broker ${NODE_ID} takes its settings when it starts.`)
    : problem(errorCode.INVALID_REQUEST, 'Only topics have settings that can be changed here.')
}

/** What a client is told of one resource whose settings it wanted to change. */
export function changeAnswer(
  { resourceType, resourceName }: { readonly resourceType: number; readonly resourceName: string },
  wrong: Problem | null,
) {
  return {
    errorCode: wrong?.errorCode ?? errorCode.NONE,
    errorMessage: wrong?.message ?? null,
    resourceType,
    resourceName,
  }
}

/** Settings of a topic after `changes`. */
export function changedConfigs(topic: Topic, changes: readonly ConfigChange[]): Configs | Problem {
  const configs = new Map(topic.configs)
  const names = new Set(changes.map(({ name }) => name))
  if (names.size < changes.length) {
    return problem(errorCode.INVALID_REQUEST, 'A setting is there more than once.')
  }
  for (const change of changes) {
    const wrong = apply(configs, topic, change)
    if (wrong !== null) return wrong
  }
  return configProblem(pairs(configs)) ?? configs
}

export function pairs(configs: Configs): readonly { name: string; value: string }[] {
  return Array.from(configs, ([name, value]) => ({ name, value }))
}

function apply(configs: Map<string, string>, topic: Topic, change: ConfigChange): Problem | null {
  const { name, configOperation, value } = change
  const known = Object.hasOwn(topicConfigs, name) ? topicConfigs[name] : undefined
  if (known === undefined) return configProblem([{ name, value: '' }])
  if (configOperation === operation.delete) {
    configs.delete(name)
    return null
  }
  if (value === null) return problem(errorCode.INVALID_REQUEST, `${name} has no value.`)
  if (configOperation === operation.set) {
    configs.set(name, value)
    return null
  }
  if (known.type !== 'list' || configOperation > operation.subtract) {
    return problem(errorCode.INVALID_CONFIG, `${name} is no list, to which values can be added.`)
  }
  const current = elements(topic.config(name).value)
  const given = elements(value)
  const changed =
    configOperation === operation.append
      ? [...current, ...given.filter((one) => !current.includes(one))]
      : current.filter((one) => !given.includes(one))
  configs.set(name, changed.join(','))
  return null
}
