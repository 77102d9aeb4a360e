import {
  type Clock,
  type Schema,
  SourceRecord,
  SourceTask,
  Struct,
  systemClock,
} from '../../sdk/index.ts'
import { type DatagenTaskConfig, type RecordGenerator, recordGeneratorOf } from './config.ts'
import { Random } from './random.ts'

/** Most records that one poll makes. */
const BATCH_COUNT = 2000
/** A poll waits this long for a record to be due. */
const WAIT_MAX_MS = 1000

/**
 * Makes record number 0, 1, ... Each follows from its number, the task's and the seed alone, so a
 * task that starts again at its committed offset makes what it would have made.
 */
export class DatagenTask extends SourceTask<DatagenTaskConfig> {
  readonly #clock: Clock
  readonly #random = new Random()
  #generator: RecordGenerator | null = null
  #topic = ''
  #taskId = 0n
  #seed = 0n
  #partition: { readonly 'task.id': number } = { 'task.id': 0 }
  #next = 0
  #end = Number.POSITIVE_INFINITY
  #intervalMaxMs = 0
  #dueMs = 0

  constructor(clock: Clock = systemClock) {
    super()
    this.#clock = clock
  }

  async start(config: DatagenTaskConfig): Promise<void> {
    this.#generator = recordGeneratorOf(config)
    this.#topic = config['kafka.topic']
    this.#taskId = BigInt(config['task.id'])
    this.#partition = { 'task.id': config['task.id'] }
    this.#seed = BigInt(config['random.seed'] ?? Math.floor(Math.random() * 2 ** 48))
    if (config.iterations > 0) this.#end = config.iterations
    const offset = await this.context.offsets.offset(this.#partition)
    this.#next = Number(offset?.['current.iteration'] ?? 0)
    this.#intervalMaxMs = config['max.interval']
    this.#dueMs = this.#clock.elapsed() + this.#pauseMs()
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    const waitMs = this.#next < this.#end ? this.#dueMs - this.#clock.elapsed() : WAIT_MAX_MS
    if (waitMs > 0) await this.#clock.sleep(Math.min(waitMs, WAIT_MAX_MS), signal)
    if (signal.aborted || this.#generator === null) return null
    const records: SourceRecord[] = []
    const nowMs = this.#clock.elapsed()
    while (records.length < BATCH_COUNT && this.#next < this.#end && this.#dueMs <= nowMs) {
      records.push(this.#record(this.#generator))
      this.#dueMs += this.#pauseMs()
      if (this.#next === this.#end) this.context.log.info(`Made all ${this.#end} records`)
    }
    return records
  }

  #record({ schema, keyField, next }: RecordGenerator): SourceRecord {
    const number = this.#next++
    this.#random.seed(this.#seed, this.#taskId, BigInt(number))
    const value = next(this.#random, number)
    return new SourceRecord({
      topic: this.#topic,
      partition: null,
      keySchema: keySchemaOf(schema, keyField),
      key: keyField !== null && value instanceof Struct ? value.get(keyField) : null,
      valueSchema: schema,
      value,
      sourcePartition: this.#partition,
      sourceOffset: { 'current.iteration': this.#next },
    })
  }

  #pauseMs(): number {
    return Math.random() * this.#intervalMaxMs
  }
}

function keySchemaOf(schema: Schema, keyField: string | null): Schema | null {
  return keyField === null ? null : (schema.field(keyField)?.schema ?? null)
}
