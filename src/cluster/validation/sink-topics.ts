import { ConnectError } from '../../base/errors.ts'
import { javaWholePattern } from '../../base/java-pattern.ts'
import { parseValue } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ConfigReport, withError } from '../../config/report.ts'
import { valueText } from '../../config/text.ts'

/** What a sink consumes has to be said in one of two ways, and must not be its dead letter queue. */
export function checkSinkTopics(props: ConfigProps, report: ConfigReport): ConfigReport {
  const list = props['topics']?.trim() ?? ''
  const regex = props['topics.regex'] ?? ''
  const hasRegex = regex.trim() !== ''
  let checked = report
  if ((list !== '') === hasRegex) {
    const problem = hasRegex
      ? 'topics and topics.regex are mutually exclusive options, but both are set.'
      : 'Must configure one of topics or topics.regex'
    checked = withError(withError(report, 'topics', problem), 'topics.regex', problem)
  }
  const deadLetters = props['errors.deadletterqueue.topic.name']?.trim() ?? ''
  if (deadLetters === '') return checked
  const topics = parseValue('topics', list, 'list') as readonly string[]
  if (topics.includes(deadLetters)) {
    const problem = `The DLQ topic '${deadLetters}' may not be included in the list of topics ('topics=${valueText(topics)}') consumed by the connector`
    checked = withError(checked, 'topics', problem)
  }
  if (hasRegex && matches(regex, deadLetters)) {
    const problem = `The DLQ topic '${deadLetters}' may not be matched by the regex for the topics ('topics.regex=${regex}') consumed by the connector`
    checked = withError(checked, 'topics.regex', problem)
  }
  return checked
}

/** False for a pattern that is wrong: its own setting says so. */
function matches(regex: string, topic: string): boolean {
  try {
    return javaWholePattern(regex).test(topic)
  } catch (error) {
    if (error instanceof ConnectError) return false
    throw error
  }
}
