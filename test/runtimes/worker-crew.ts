import type { Settings } from '../support/bun-server'
import { type PosternProcess, startWorker } from './server-process'

/** Several processes that work jobs. */
export interface WorkerCrew extends AsyncDisposable {
  /** Kills one of them with SIGKILL, and starts another. */
  replaceOne: () => Promise<void>
  /** Lets all of them finish what they are at. @returns their exit codes */
  stop: () => Promise<(number | null)[]>
  /** What those that were stopped or live printed as errors. */
  errors: () => string
}

export const startCrew = async (settings: Settings, size: number): Promise<WorkerCrew> => {
  const start = () => startWorker(settings)
  let crew: PosternProcess[] = await Promise.all(Array.from({ length: size }, start))
  const printed: (() => string)[] = crew.map(({ errors }) => errors)
  return {
    replaceOne: async () => {
      const [victim, ...others] = crew.toSorted(() => Math.random() - 0.5)
      await victim?.stop('SIGKILL')
      const successor = await start()
      printed.push(successor.errors)
      crew = [...others, successor]
    },
    stop: () => Promise.all(crew.map((worker) => worker.stop('SIGTERM'))),
    errors: () => printed.map((read) => read()).join(''),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(crew.map((worker) => worker.stop('SIGKILL')))
    },
  }
}
