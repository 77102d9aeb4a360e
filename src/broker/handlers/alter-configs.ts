import type { Decoded } from '../../protocol/message.ts'
import { alterConfigsRequest, alterConfigsResponse } from '../../protocol/messages/configs.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import { changeAnswer, changeableTopic } from '../topics/config-change.ts'
import { configProblem } from '../topics/topic-plan.ts'

type Asked = Decoded<typeof alterConfigsRequest>['resources'][number]

/** AlterConfigs: replaces all settings of topics. */
export const alterConfigs = defineApi({
  request: alterConfigsRequest,
  response: alterConfigsResponse,
  versions: [0, 2],
  handle: (broker, { resources, validateOnly }) => ({
    throttleTimeMs: 0,
    responses: resources.map((asked) => changeAnswer(asked, replace(broker, asked, validateOnly))),
  }),
  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    responses: resources.map((asked) => changeAnswer(asked, problem(code, ''))),
  }),
})

function replace(broker: Broker, asked: Asked, validateOnly: boolean): Problem | null {
  const topic = changeableTopic(broker, asked)
  if ('errorCode' in topic) return topic
  const wrong = configProblem(asked.configs)
  if (wrong !== null) return wrong
  const configs = new Map(asked.configs.map(({ name, value }) => [name, value ?? '']))
  if (!validateOnly) broker.topics.setConfigs(topic, configs)
  return null
}
