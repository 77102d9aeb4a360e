import type { ConverterPlugin, HeaderConverterPlugin } from '../sdk/index.ts'
import { jsonConverter, jsonHeaderConverter } from './json.ts'
import { simpleHeaderConverter } from './simple-header.ts'
import { stringConverter, stringHeaderConverter } from './string.ts'

/** The converters that Apache Kafka Connect comes with. */
export const converters = [
  jsonConverter,
  jsonHeaderConverter,
  stringConverter,
  stringHeaderConverter,
  simpleHeaderConverter,
] as ReadonlyArray<ConverterPlugin | HeaderConverterPlugin>
