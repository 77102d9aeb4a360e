import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { startBroker } from '../../broker/index.ts'
import type { Herder } from '../../cluster/herder.ts'
import type { ClientProps, KafkaClients } from '../../kafka/client.ts'
import { createKafkaClients } from '../../kafka/clients.ts'
import { startStandalone } from '../standalone-worker.ts'
import type { QuickstartLog } from './log.ts'
import { inputName, outputName, sinkName, sourceName, topic } from './names.ts'
import { onPort } from './port.ts'

/** Ports of Kafka and Kafka Connect, so that commands work as the documentation has them. */
const BROKER_PORT = 9092
const REST_PORT = 8083

/** A broker and a worker with the two connectors, all in this process. */
export interface Flow {
  readonly brokerPort: number
  readonly restPort: number
  readonly herder: Herder
  readonly clients: KafkaClients
  readonly clientProps: ClientProps
  stop(): Promise<void>
}

/** @param onStep Told what is awaited from now on, such as `the worker to start`. */
export async function startFlow(
  folder: string,
  { logging }: QuickstartLog,
  onStep: (step: string) => void,
): Promise<Flow> {
  const logger = logging.logger.named('millrace.quickstart')
  const step = (what: string) => {
    logger.info(`Waiting for ${what}`)
    onStep(what)
  }
  step('the broker to start')
  const brokerLogger = logging.logger.named('millrace.broker')
  const broker = await onPort(BROKER_PORT, (port) => startBroker({ port, logger: brokerLogger }))

  step('the worker to start')
  const worker = await onPort(REST_PORT, (port) =>
    startStandalone(workerProps(folder, broker.bootstrap, port), logging, {
      awaitsConnectors: true,
    }),
  )

  step('the topic to be created')
  const clients = createKafkaClients({ clock: systemClock, logger: logging.logger })
  const clientProps = { 'bootstrap.servers': broker.bootstrap }
  const admin = clients.admin(clientProps)
  await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }])
  await admin.close()

  step('the connectors to start')
  for (const { name, ...config } of connectors(folder)) {
    await worker.herder.putConnector(name, { name, ...config }, { replace: false })
  }
  worker.noteReady()
  return {
    brokerPort: broker.port,
    restPort: Number(new URL(worker.urls[0] ?? '').port),
    herder: worker.herder,
    clients,
    clientProps,
    async stop() {
      await worker.close()
      await broker.stop()
    },
  }
}

function workerProps(folder: string, bootstrap: string, port: number) {
  return {
    'bootstrap.servers': bootstrap,
    listeners: `http://127.0.0.1:${port}`,
    'key.converter': 'JsonConverter',
    'value.converter': 'JsonConverter',
    'value.converter.schemas.enable': 'false',
    'offset.storage.file.filename': join(folder, 'offsets'),
    // Often, so that the view shows what is behind as it is.
    'offset.flush.interval.ms': '250',
  }
}

function connectors(folder: string) {
  const transforms = 'org.apache.kafka.connect.transforms'
  return [
    {
      name: sourceName,
      'connector.class': 'FileStreamSource',
      file: join(folder, inputName),
      topic,
      transforms: 'MakeMap,InsertSource',
      'transforms.MakeMap.type': `${transforms}.HoistField$Value`,
      'transforms.MakeMap.field': 'line',
      'transforms.InsertSource.type': `${transforms}.InsertField$Value`,
      'transforms.InsertSource.static.field': 'data_source',
      'transforms.InsertSource.static.value': 'quickstart',
    },
    {
      name: sinkName,
      'connector.class': 'FileStreamSink',
      file: join(folder, outputName),
      topics: topic,
    },
  ]
}
