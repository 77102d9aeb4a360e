import type { BrokerConfig } from '../broker-config.ts'
import { ownSettings } from '../own-settings.ts'
import { type ConfigValue, configSource } from './topic.ts'
import { type ConfigType, topicConfigs } from './topic-configs.ts'

interface BrokerSetting extends ConfigValue {
  readonly name: string
  readonly type: ConfigType
}

/** What DescribeConfigs tells of this broker, by name. */
export function brokerSettings(config: BrokerConfig): readonly BrokerSetting[] {
  const { settings, dataDir } = config
  const defaults = new Map<string, readonly [ConfigType, string]>([
    ...Object.entries(ownSettings),
    ...Object.values(topicConfigs).map(
      ({ brokerName, type, default: value }) => [brokerName, [type, value]] as const,
    ),
    ['log.dirs', ['string', dataDir ?? 'memory']],
  ])
  const named = [...defaults].map(([name, [type, byDefault]]) => {
    const given = settings.get(name)
    const source = given === undefined ? configSource.default : configSource.staticBroker
    return { name, type, value: given ?? byDefault, source }
  })
  return named.sort((a, b) => (a.name < b.name ? -1 : 1))
}
