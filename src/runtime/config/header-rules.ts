import { ConnectError } from '../../base/errors.ts'

/** A header of every REST answer; the date actions take milliseconds from now. */
export interface HeaderRule {
  readonly action: 'set' | 'add' | 'setdate' | 'adddate'
  readonly name: string
  readonly value: string
}

const RULE = '[header name]:[header value]'

/**
 * Reads `response.http.headers.config`: `[action] [name]:[value]` with commas between, in double
 * quotes where a rule contains a comma. A value can't contain a colon, as in the reference.
 * @throws ConnectError CONFIG_INVALID
 */
export function parseHeaderRules(text: string): readonly HeaderRule[] {
  return text.trim() === '' ? [] : splitRules(text).map(parseRule)
}

function splitRules(text: string): readonly string[] {
  const rules = Array.from(text.matchAll(/\s*("[^"]*"|[^,]*?)\s*(?:,|$)/g), ([, rule = '']) => rule)
  // The end of the text matches once more; a comma at the end opens no rule either.
  return rules.slice(0, -1).map((rule) => rule.replace(/^"(.*)"$/s, '$1').trim())
}

function parseRule(rule: string): HeaderRule {
  const [, action = '', header] = /^(\S+)\s+(.*)$/s.exec(rule) ?? []
  if (header === undefined) {
    throw refused(`Invalid format of header config '${rule}'. Expected: '[action] ${RULE}'`)
  }
  const lower = action.toLowerCase()
  if (!isAction(lower)) {
    throw refused(
      `Invalid header config action: '${action}'. Expected one of [set, add, setDate, addDate]`,
    )
  }
  const [name = '', value = '', ...rest] = header.split(':')
  if (value === '' || rest.length > 0) {
    throw refused(
      `Invalid format of header name and header value pair '${header}'. Expected: '${RULE}'`,
    )
  }
  if (!/^\S+$/.test(name.trim())) {
    throw refused(
      `Invalid header name '${name.trim()}'. The '[header name]' cannot contain whitespace`,
    )
  }
  return { action: lower, name: name.trim(), value: value.trim() }
}

function isAction(text: string): text is HeaderRule['action'] {
  return text === 'set' || text === 'add' || text === 'setdate' || text === 'adddate'
}

function refused(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
