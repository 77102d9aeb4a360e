import { defineConverter, millraceVersion } from '../../sdk/index.ts'
import { createRegistryConverter } from '../registry/registry-converter.ts'
import { jsonSchemaConfig } from './json-schema-config.ts'
import { jsonSchemaFormat } from './json-schema-format.ts'

/** JSON whose schemas are in a registry. */
export const jsonSchemaConverter = defineConverter({
  class: 'io.confluent.connect.json.JsonSchemaConverter',
  version: millraceVersion,
  config: jsonSchemaConfig,
  create: (config, use, given) =>
    createRegistryConverter(jsonSchemaFormat(config), config, use, given),
})
