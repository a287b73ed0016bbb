import type { JobContext } from '#core/context'
import type { Database } from '#db/database'
import type { World } from '../../platform'

const death = new Error('The worker is dead.')

/**
 * The context of a job in a worker that dies. An effect is a statement, a commit, or a call of the blob store, of what
 * counts, of another provider, or of the mailer.
 */
export const mortalContext = (world: World, jobId: string, effects: number) => {
  let left = effects
  const after = async <T>(work: Promise<T>): Promise<T> => {
    if (left <= 0) throw death
    const result = await work
    left -= 1
    if (left <= 0) throw death
    return result
  }
  const mortal = (db: Database): Database => ({
    run: (...call) => after(db.run(...call)),
    script: (text) => after(db.script(text)),
    transaction: (work) => after(db.transaction((inner) => work(mortal(inner)))),
  })
  const { platform } = world
  const ctx: JobContext = {
    ...platform,
    ...world.contextOf({ kind: 'system', job: 'test' }),
    actor: { kind: 'system', job: 'test' },
    job: { id: jobId, causedAt: world.clock.now(), isLastTry: false },
    db: mortal(platform.db),
    blobs: {
      ...platform.blobs,
      put: (...call) => after(platform.blobs.put(...call)),
      delete: (keys) => after(platform.blobs.delete(keys)),
    },
    counters: { forget: (keys) => after(platform.counters.forget(keys)) },
    providers: { ...platform.providers, fetch: (...call) => after(platform.providers.fetch(...call)) },
    mailer: { send: (...call) => after(platform.mailer.send(...call)) },
  }
  return ctx
}

/** Works a job in a worker that dies after so many effects. @returns whether it came to its end before */
export const diesAfter = async (work: (ctx: JobContext) => Promise<unknown>, ctx: JobContext): Promise<boolean> => {
  try {
    await work(ctx)
    return false
  } catch (error) {
    if (error === death) return true
    throw error
  }
}
