import { connectVersion, defineConfig, defineTransformation } from '../sdk/index.ts'

/** Drops every record; together with a predicate those that it picks. */
export const filter = defineTransformation({
  class: 'org.apache.kafka.connect.transforms.Filter',
  version: connectVersion,
  config: defineConfig({}),
  create: () => () => null,
})
