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

  /** An attempt at a record failed; another may follow. */
  failed(): void {
    this.#failures++
  }

  retried(): void {
    this.#retries++
  }

  /** A record has failed for good. @param isTolerated It is left out and the task goes on. */
  gaveUp(isTolerated: boolean, nowMs: number): void {
    this.#lastErrorMs = nowMs
    if (isTolerated) this.#skipped++
    else this.#errors++
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
