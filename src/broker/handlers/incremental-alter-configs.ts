import type { Decoded } from '../../protocol/message.ts'
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/configs.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import { changeAnswer, changeableTopic, changedConfigs } from '../topics/config-change.ts'

type Asked = Decoded<typeof incrementalAlterConfigsRequest>['resources'][number]

/** IncrementalAlterConfigs: changes single settings of topics. */
export const incrementalAlterConfigs = defineApi({
  request: incrementalAlterConfigsRequest,
  response: incrementalAlterConfigsResponse,
  versions: [0, 1],
  handle: (broker, { resources, validateOnly }) => ({
    throttleTimeMs: 0,
    responses: resources.map((asked) => changeAnswer(asked, alter(broker, asked, validateOnly))),
  }),
  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    responses: resources.map((asked) => changeAnswer(asked, problem(code, ''))),
  }),
})

function alter(broker: Broker, asked: Asked, validateOnly: boolean): Problem | null {
  const topic = changeableTopic(broker, asked)
  if ('errorCode' in topic) return topic
  const configs = changedConfigs(topic, asked.configs)
  if ('errorCode' in configs) return configs
  if (!validateOnly) broker.topics.setConfigs(topic, configs)
  return null
}
