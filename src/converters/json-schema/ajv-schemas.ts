import { Ajv, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvDraft04 from 'ajv-draft-04'
import ajvFormats from 'ajv-formats'

type JsonSchema = Readonly<Record<string, unknown>> | boolean

export interface AjvSchemas {
  readonly root: JsonSchema
  readonly referred: readonly { readonly name: string; readonly schema: JsonSchema }[]
}

/** Tells what is wrong with a value; null when nothing is. */
type Validate = (value: unknown) => string | null

const options: Options = {
  // Keywords that are not known, such as those of Connect, say nothing.
  strict: false,
  validateSchema: false,
  logger: false,
}

/** @throws Error for a schema that is none, or refers to one that is not there. */
export function compileSchema(schemas: AjvSchemas, ignoreModernDialects: boolean): Validate {
  const ajv = ajvFor(dialectOf(schemas.root), ignoreModernDialects)
  ajvFormats.default(ajv)
  for (const { name, schema } of schemas.referred) ajv.addSchema(withoutDialect(schema), name)
  const validate = ajv.compile(withoutDialect(schemas.root))
  return (value) =>
    validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: '#', separator: '; ' })
}

function ajvFor(dialect: string, ignoreModernDialects: boolean): Ajv {
  if (dialect.includes('draft-04')) return new ajvDraft04.default(options)
  if (ignoreModernDialects) return new Ajv(options)
  if (dialect.includes('2019-09')) return new Ajv2019(options)
  if (dialect.includes('2020-12')) return new Ajv2020(options)
  return new Ajv(options)
}

function dialectOf(schema: JsonSchema): string {
  return typeof schema === 'object' ? String(schema['$schema'] ?? '') : ''
}

/** The dialect is chosen above; the library would look for its schema. */
function withoutDialect(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema
  const { $schema: _, ...rest } = schema
  return rest
}
