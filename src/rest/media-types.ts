import type { IncomingHttpHeaders } from 'node:http'

/** Whether the Content-Type, if there is one, is JSON in any spelling and charset. */
export function sendsJson({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type === undefined || withoutParameters(type) === 'application/json'
}

/** Whether one of the accepted types includes JSON; qualities don't count, not even 0. */
export function acceptsJson({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept.trim() === '') return true
  return accept
    .split(',')
    .map(withoutParameters)
    .some((type) => type === '*/*' || type === 'application/*' || type === 'application/json')
}

function withoutParameters(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase()
}
