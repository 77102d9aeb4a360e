import {
  type EnumType,
  type FieldType,
  isScalar,
  type MessageType,
  messageNamed,
  type ProtoFile,
} from './descriptor.ts'

/**
 * The text of a file, laid out as Confluent's converter registers it, so that a registry finds the
 * schema that a Java worker has registered.
 */
export function protoText(file: ProtoFile): string {
  const head = [`syntax = "${file.syntax}";\n`]
  if (file.package !== '') head.push(`package ${file.package};\n`)
  const imports = file.imports.map((path) => `import "${path}";\n`)
  const options = file.options.map((option) => `option ${option};\n`)
  const types = [
    ...file.messages.map((message) => messageText(message, file)),
    ...file.enums.map(enumText),
  ]
  return [head, imports, options, types]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join(''))
    .join('\n')
}

function messageText(message: MessageType, file: ProtoFile): string {
  const plain = message.fields.filter(({ oneof }) => oneof === null)
  const sections = [
    plain.map((field) => fieldText(field, file)),
    message.oneofs.map(({ name, fields }) =>
      block(`oneof ${name}`, [fields.map((field) => fieldText(field, file))]),
    ),
    [
      ...message.messages.map((nested) => messageText(nested, file)),
      ...message.enums.map(enumText),
    ],
  ]
  return block(`message ${message.name}`, sections)
}

function enumText({ name, values }: EnumType): string {
  const numbers = new Set(values.map(({ number }) => number))
  const alias = numbers.size < values.length ? ['option allow_alias = true;\n'] : []
  const lines = values.map((value) => `${value.name} = ${value.number};\n`)
  return block(`enum ${name}`, [[...alias, ...lines]])
}

function block(head: string, sections: readonly (readonly string[])[]): string {
  const filled = sections.filter((lines) => lines.length > 0)
  const body = filled.map((lines) => `\n${indented(lines.join(''))}`).join('')
  return `${head} {${body}}\n`
}

function fieldText(field: FieldType, file: ProtoFile): string {
  const label = field.label === null ? '' : `${field.label} `
  const options = field.params.size === 0 ? '' : ` [${metaText(field.params)}]`
  return `${label}${typeText(field.type, file)} ${field.name} = ${field.number}${options};\n`
}

/** Types of the file itself are named without what is around them. */
function typeText(type: FieldType['type'], file: ProtoFile): string {
  if (isScalar(type)) return type
  const isOwn = type.kind === 'enum' || messageNamed(file, type.fullName) === type
  return isOwn ? type.name : type.fullName
}

function metaText(params: ReadonlyMap<string, string>): string {
  const entries = Array.from(params, ([key, value]) => {
    const pair = [`key: ${quoted(key)}`, `value: ${quoted(value)}`]
    // As the reference has it, for equal texts.
    if (key === 'precision' || key === 'scale') pair.reverse()
    return `{\n${indented(pair.join(',\n'))}}`
  })
  const list = `params: [\n${indented(entries.join(',\n'))}]`
  return `(confluent.field_meta) = {\n${indented(list)}}`
}

/** Characters that are written with a backslash before a letter or themselves. */
const escapes = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ["'", "\\'"],
  ['\\', '\\\\'],
])

function quoted(text: string): string {
  return `"${Array.from(text, (char) => escapes.get(char) ?? char).join('')}"`
}

/** Each line set in by two blanks and ended. */
function indented(text: string): string {
  const lines = text.endsWith('\n') ? text.slice(0, -1) : text
  return lines.replace(/^/gm, '  ').concat('\n')
}
