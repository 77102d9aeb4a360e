import type { ConverterPlugin, HeaderConverterPlugin } from '../sdk/index.ts'
import { avroConverter } from './avro/avro.ts'
import { byteArrayConverter } from './byte-array.ts'
import {
  booleanConverter,
  doubleConverter,
  floatConverter,
  integerConverter,
  longConverter,
  shortConverter,
} from './fixed-width.ts'
import { jsonConverter } from './json.ts'
import { simpleHeaderConverter } from './simple-header.ts'
import { stringConverter } from './string.ts'

/** The converters of Apache Kafka Connect and those of Confluent's schema registry. */
export const converters = [
  ...jsonConverter,
  ...stringConverter,
  ...byteArrayConverter,
  ...booleanConverter,
  ...shortConverter,
  ...integerConverter,
  ...longConverter,
  ...floatConverter,
  ...doubleConverter,
  simpleHeaderConverter,
  avroConverter,
] as ReadonlyArray<ConverterPlugin | HeaderConverterPlugin>
