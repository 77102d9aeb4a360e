import { defineConverter, millraceVersion } from '../../sdk/index.ts'
import { createRegistryConverter } from '../registry/registry-converter.ts'
import { protobufConfig } from './protobuf-config.ts'
import { protobufFormat } from './protobuf-format.ts'

/** Protobuf messages whose schemas are in a registry. */
export const protobufConverter = defineConverter({
  class: 'io.confluent.connect.protobuf.ProtobufConverter',
  version: millraceVersion,
  config: protobufConfig,
  create: (config, use, given) =>
    createRegistryConverter(protobufFormat(config), config, use, given),
})
