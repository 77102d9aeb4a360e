import { ConnectError } from '../base/errors.ts'

/** One login module as `sasl.jaas.config` names it. */
export interface JaasEntry {
  /** Class name without its package. */
  readonly module: string
  readonly options: Readonly<Record<string, string>>
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s="';]+)|([=;]))/y

/**
 * Reads `org.example.PlainLoginModule required username="u" password="p";`.
 * @throws ConnectError CONFIG_INVALID; its message never holds a part of the text, which is secret.
 */
export function parseJaas(text: string): JaasEntry {
  const tokens = tokenize(text.trim())
  const [module, flag, ...rest] = tokens
  if (module === undefined || flag === undefined) throw malformed('login module and flag expected')
  if (!/^(required|requisite|sufficient|optional)$/i.test(flag)) {
    throw malformed('the login module must be followed by "required"')
  }
  if (rest.pop() !== ';') throw malformed('it must end with ";"')
  const options: Record<string, string> = {}
  for (let index = 0; index < rest.length; index += 3) {
    const [key, equals, value] = rest.slice(index, index + 3)
    if (key === undefined || equals !== '=' || value === undefined) {
      throw malformed('options must have the form name="value"')
    }
    options[key] = value
  }
  return { module: module.slice(module.lastIndexOf('.') + 1), options }
}

function tokenize(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null) throw malformed('a quote is not closed or a character is out of place')
    const [, quoted, word, sign] = match
    tokens.push(quoted?.replace(/\\(.)/g, '$1') ?? word ?? sign ?? '')
  }
  return tokens
}

function malformed(reason: string): ConnectError {
  return new ConnectError(
    `Invalid value [hidden] for configuration sasl.jaas.config: ${reason}, as in: org.apache.kafka.common.security.plain.PlainLoginModule required username="..." password="...";`,
    { code: 'CONFIG_INVALID' },
  )
}
