import type { ConnectRecord } from '../data/record.ts'
import type { Predicate, Transformation } from '../sdk/transformation.ts'

/** One transform of a connector, applied where its predicate holds. */
export interface TransformStage {
  readonly className: string
  readonly transform: Transformation
  readonly predicate: Predicate | null
  /** Applies the transform where the predicate does not hold. */
  readonly negate: boolean
}

/** The transforms of a connector in their order. */
export class TransformChain {
  readonly #stages: readonly TransformStage[]
  readonly #apply: ReadonlyArray<Transformation>
  #position = 0

  constructor(stages: readonly TransformStage[]) {
    this.#stages = stages
    this.#apply = stages.map(compose)
  }

  /** @returns null when a transform dropped the record. */
  apply<R extends ConnectRecord>(record: R): R | null {
    const stages = this.#apply
    let current = record
    for (let index = 0; index < stages.length; index++) {
      this.#position = index
      const next = (stages[index] as Transformation)(current)
      if (next === null) return null
      current = next
    }
    return current
  }

  /** Class of the transform that was called last: the one that failed, after an error. */
  get className(): string {
    return this.#stages[this.#position]?.className ?? ''
  }

  close(): void {
    for (const { transform, predicate } of this.#stages) {
      transform.close?.()
      predicate?.close?.()
    }
  }
}

function compose({ transform, predicate, negate }: TransformStage): Transformation {
  if (predicate === null) return transform
  return (record) => (predicate(record) === negate ? record : transform(record))
}
