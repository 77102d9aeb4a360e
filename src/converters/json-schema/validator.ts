import { ConnectError, messageOf, NotReady } from '../../sdk/index.ts'
import type { CompleteSchema } from '../registry/registry-format.ts'
import type { AjvSchemas, compileSchema } from './ajv-schemas.ts'

/** Throws ConnectError SERIALIZATION for JSON that its schema does not allow. */
type JsonValidator = (json: string) => void

type Compile = typeof compileSchema

let compile: Compile | null = null
let loading: Promise<void> | null = null

/** The library is loaded when something is to be validated. @throws NotReady until it is there. */
function loadedCompile(): Compile {
  if (compile !== null) return compile
  loading ??= import('./ajv-schemas.ts').then((loaded) => {
    compile = loaded.compileSchema
  })
  throw new NotReady('the validator of JSON schemas', loading)
}

/** @param ignoreModernDialects Schemas of drafts after 7 are taken for ones of draft 7. */
export function jsonValidator(
  schema: CompleteSchema,
  ignoreModernDialects: boolean,
): JsonValidator {
  let validate: ReturnType<Compile> | null = null
  return (json) => {
    validate ??= compiled(schema, ignoreModernDialects)
    const problems = validate(parsed(json))
    if (problems === null) return
    throw invalid(`Validation error in JSON: ${problems} (schema with id ${schema.id})`)
  }
}

function compiled(schema: CompleteSchema, ignoreModernDialects: boolean): ReturnType<Compile> {
  const compileNow = loadedCompile()
  try {
    return compileNow(documentsOf(schema), ignoreModernDialects)
  } catch (cause) {
    throw invalid(
      `The schema with id ${schema.id} can't be used for json.fail.invalid.schema: ${messageOf(cause)}`,
      cause,
    )
  }
}

function documentsOf({ text, referred }: CompleteSchema): AjvSchemas {
  return {
    root: JSON.parse(text),
    referred: referred.map(({ name, text: content }) => ({ name, schema: JSON.parse(content) })),
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw invalid(`Invalid JSON: ${messageOf(cause)}`, cause)
  }
}

function invalid(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'SERIALIZATION', ...(cause !== undefined && { cause }) })
}
