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

/** How much a type is liked that is named in the Accept header, from 0 to 1; 0 for one that isn't. */
export function acceptedQuality({ accept = '' }: IncomingHttpHeaders, type: string): number {
  const range = accept.split(',').find((each) => withoutParameters(each) === type)
  if (range === undefined) return 0
  return Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)
}

function withoutParameters(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase()
}
