import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { kafkaHome } from '../../test/helpers/apache-kafka.ts'

export const tickClass = 'org.millrace.bench.TickSource'

/** Makes the connector for Millrace, as a user has it. @returns `plugin.path` */
export function installForMillrace(folder: string, millrace: string): string {
  const path = join(folder, 'plugins-millrace')
  const modules = join(path, 'tick/node_modules')
  mkdirSync(modules, { recursive: true })
  symlinkSync(millrace, join(modules, 'millrace'))
  const plugins = [{ kind: 'source', class: tickClass, module: './index.js' }]
  const manifest = { name: 'tick', version: '1.0.0', type: 'module', millrace: { plugins } }
  writeFileSync(join(path, 'tick/package.json'), JSON.stringify(manifest))
  const source = readFileSync(join(import.meta.dirname, 'tick-source.ts'), 'utf8')
  writeFileSync(join(path, 'tick/index.js'), transformSync(source, { loader: 'ts' }).code)
  return path
}

/** Compiles it for Apache Kafka Connect. @returns `plugin.path` */
export function installForApache(folder: string): string {
  const path = join(folder, 'plugins-apache')
  const classes = join(folder, 'classes')
  const services = join(classes, 'META-INF/services')
  mkdirSync(services, { recursive: true })
  mkdirSync(join(path, 'tick'), { recursive: true })
  writeFileSync(join(services, 'org.apache.kafka.connect.source.SourceConnector'), `${tickClass}\n`)
  const source = join(import.meta.dirname, 'TickSource.java')
  execFileSync('javac', ['-cp', join(kafkaHome, 'lib/*'), '-d', classes, source])
  execFileSync('jar', ['--create', '--file', join(path, 'tick/tick.jar'), '-C', classes, '.'])
  return path
}
