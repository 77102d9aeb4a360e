import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { ownSettings, type Settings } from './own-settings.ts'
import { type ConfigType, topicConfigs } from './topics/topic-configs.ts'

const byBrokerName = new Map(Object.values(topicConfigs).map((known) => [known.brokerName, known]))

/** Names that aren't known here are told, as others than this broker may know them. */
export function checkSettings(settings: Settings, logger: Logger | null): void {
  for (const [name, value] of settings) {
    const isOwn = Object.hasOwn(ownSettings, name)
    const ofTopics = byBrokerName.get(name)
    if (!isOwn && ofTopics === undefined) {
      logger?.warn(`the setting ${name} is not known here and has no effect`)
      continue
    }
    const isValid = isOwn
      ? isOfType(value, ownSettings[name as keyof typeof ownSettings][0])
      : ofTopics?.isValid(value)
    if (isValid === true) continue
    const expects = ofTopics?.expects ?? ': a whole number, or true or false where it is a switch'
    throw new ConnectError(`Invalid value ${value} for configuration ${name}${expects}`, {
      code: 'CONFIG_INVALID',
    })
  }
}

function isOfType(value: string, type: ConfigType): boolean {
  return type === 'boolean' ? /^(?:true|false)$/.test(value) : /^-?\d{1,15}$/.test(value)
}
