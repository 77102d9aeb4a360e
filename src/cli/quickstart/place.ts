import { findPackageJSON } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { inputName, sinkName, topic } from './names.ts'

/** Where the parts of a running quickstart are found. */
export interface Place {
  readonly folder: string
  readonly logFile: string
  readonly brokerPort: number
  readonly restPort: number
}

/** Port that `millrace consume` takes when it is told none. */
const BROKER_PORT_DEFAULT = 9092

export function bootstrapOf({ brokerPort }: Place): string {
  return `localhost:${brokerPort}`
}

export function urlOf({ restPort }: Place): string {
  return `http://localhost:${restPort}`
}

/** Commands worth trying from a second terminal. @param sinkState As the REST API says it. */
export function commandsToTry(place: Place, sinkState: string): readonly string[] {
  const bootstrap = bootstrapOf(place)
  const option = place.brokerPort === BROKER_PORT_DEFAULT ? '' : ` --bootstrap-server ${bootstrap}`
  const verb = sinkState === 'PAUSED' ? 'resume' : 'pause'
  return [
    `echo hello >> ${join(place.folder, inputName)}`,
    `${millraceCommand()} consume ${topic} --from-beginning${option}`,
    `curl -X PUT ${urlOf(place)}/connectors/${sinkName}/${verb}`,
    `kcat -b ${bootstrap} -t ${topic} -C`,
  ]
}

/** How to call this Millrace again, from the same folder. */
function millraceCommand(): string {
  const root = dirname(findPackageJSON('.', import.meta.url) ?? '')
  if (/lib\/node_modules\/millrace$/.test(root)) return 'millrace'
  if (/node_modules\/millrace$/.test(root)) return 'npx millrace'
  const path = join(root, 'bin/millrace')
  const near = relative('.', path)
  return near.startsWith('..') ? path : near
}
