import type { Schema } from './schema.ts'

/** Values of a STRUCT schema, checked against it when set. */
export class Struct {
  readonly schema: Schema
  constructor(schema: Schema) {
    this.schema = schema
  }
}
