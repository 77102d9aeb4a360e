import type { ConnectorStatus, StateInfo } from './herder.ts'

/** What to restart, as the parameters of `POST /connectors/{name}/restart` choose. */
export interface RestartRequest {
  readonly includeTasks: boolean
  readonly onlyFailed: boolean
}

export interface RestartPlan {
  readonly connector: boolean
  readonly tasks: readonly number[]
  /** Status with RESTARTING for what is restarted. */
  readonly status: ConnectorStatus
}

/** Decides from the last known status. */
export function planRestart(status: ConnectorStatus, request: RestartRequest): RestartPlan {
  const chosen = ({ state }: StateInfo) => !request.onlyFailed || state === 'FAILED'
  const connector = chosen(status.connector)
  const tasks = request.includeTasks ? status.tasks.filter(chosen).map(({ id }) => id) : []
  return {
    connector,
    tasks,
    status: {
      ...status,
      connector: connector ? restarting(status.connector) : status.connector,
      tasks: status.tasks.map((task) => (tasks.includes(task.id) ? restarting(task) : task)),
    },
  }
}

/** @param info null where nothing is known. */
export function isRestarting(info: StateInfo | null): boolean {
  return info?.state === 'RESTARTING'
}

function restarting<S extends StateInfo>(info: S): S {
  return { ...info, state: 'RESTARTING' }
}
