import { ConnectError } from '../../sdk/index.ts'
import type { CompleteSchema } from '../registry/registry-format.ts'
import type { ProtoFile } from './descriptor.ts'
import { linkProto } from './proto-link.ts'
import { type ParsedFile, parseProto } from './proto-parse.ts'
import { wellKnownFile } from './well-known.ts'

/**
 * The file of a schema, with the types of all that it imports.
 * @throws ConnectError SERIALIZATION for a file that is none, or an import that is missing.
 */
export function protoFileOf({ id, text, referred }: CompleteSchema): ProtoFile {
  const files = new Map<string, ProtoFile>()
  for (const { name, text: content } of referred) {
    const what = `the schema ${name}, which schema ${id} refers to`
    files.set(name, linkedProto(content, what, files))
  }
  return linkedProto(text, `the schema with id ${id}`, files)
}

/** @param name For messages. */
export function linkedProto(
  text: string,
  name: string,
  files: ReadonlyMap<string, ProtoFile> = new Map(),
): ProtoFile {
  const parsed = parseProto(text, name)
  return linkProto(parsed, importedBy(parsed, name, files))
}

function importedBy(
  file: ParsedFile,
  name: string,
  files: ReadonlyMap<string, ProtoFile>,
): readonly ProtoFile[] {
  const wellKnown = file.imports.flatMap((path) => {
    if (files.has(path)) return []
    const known = wellKnownFile(path)
    if (known !== null) return known
    throw new ConnectError(
      `The import "${path}" of ${name} is not among its references: register the imported schema and refer to it under this name`,
      { code: 'SERIALIZATION' },
    )
  })
  // Also what is imported by way of others, as `import public` allows.
  return [...wellKnown, ...files.values()]
}
