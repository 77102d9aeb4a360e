/** State of a connector or task as metrics have it; tasks are never `stopped`. */
export type Status = 'unassigned' | 'running' | 'paused' | 'stopped' | 'failed' | 'restarting'
