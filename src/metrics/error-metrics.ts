import type { Readings } from './registry.ts'

/** Records of a task that could not be processed. */
export class ErrorMetrics {
  #failures = 0
  #errors = 0
  #skipped = 0
  #retries = 0
  #logged = 0
  #letters = 0
  #lostLetters = 0
  #lastErrorMs = 0

  /** An attempt at a record failed, and another follows. */
  retried(): void {
    this.#failures++
    this.#retries++
  }

  /** A record has failed for good. @param nowMs Milliseconds since the epoch. */
  failed(nowMs: number): void {
    this.#failures++
    this.#lastErrorMs = nowMs
  }

  /** A record that has failed is left out, as that is tolerated. */
  skipped(): void {
    this.#skipped++
  }

  /**
   * A transform or converter has failed for a record, tolerated or not; or a sink reported a record
   * although that is not tolerated. The reference counts so.
   */
  errored(): void {
    this.#errors++
  }

  logged(): void {
    this.#logged++
  }

  /** A record is on its way to the dead letter queue. */
  letterSent(): void {
    this.#letters++
  }

  letterLost(): void {
    this.#lostLetters++
  }

  read(): Readings {
    return {
      'total-record-failures': this.#failures,
      'total-record-errors': this.#errors,
      'total-records-skipped': this.#skipped,
      'total-retries': this.#retries,
      'total-errors-logged': this.#logged,
      'deadletterqueue-produce-requests': this.#letters,
      'deadletterqueue-produce-failures': this.#lostLetters,
      'last-error-timestamp': this.#lastErrorMs,
    }
  }
}
