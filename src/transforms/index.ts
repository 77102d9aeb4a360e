import type { TransformationPlugin } from '../sdk/index.ts'
import { hoistField } from './hoist-field.ts'
import { insertField } from './insert-field.ts'

/** The transformations that Apache Kafka Connect comes with. */
export const transforms = [...hoistField, ...insertField] as readonly TransformationPlugin[]
