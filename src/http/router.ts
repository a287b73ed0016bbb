import { Hono } from 'hono'
import type { Context } from '#core/context'
import type { Observation } from '#core/observation'
import type { Platform } from '#core/platform'
import type { Problem } from '#core/problem'

/** Hono's bindings are our platform: `app.fetch(request, platform)` is the same call on every runtime. */
export type AppEnv = {
  Bindings: Platform
  Variables: {
    ctx: Context
    request: Context['request']
    observation: Observation
    problem?: Problem
    route?: string
  }
}

export const createRouter = () => new Hono<AppEnv>()

export type Router = ReturnType<typeof createRouter>
