import type { ConverterPlugin, HeaderConverterPlugin } from '../sdk/index.ts'
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

/** The converters that Apache Kafka Connect comes with. */
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
] as ReadonlyArray<ConverterPlugin | HeaderConverterPlugin>
