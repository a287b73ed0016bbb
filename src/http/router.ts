import { HonoBase } from 'hono/hono-base'
import { TrieRouter } from 'hono/router/trie-router'
import type { Context } from '#core/context'
import type { Observation } from '#core/observation'
import type { Platform } from '#core/platform'
import type { Problem } from '#core/problem'
import type { RoutePolicy } from '#core/route-policy'
import { rememberMatches } from './remember-matches'

/** Hono's bindings are our platform: `app.fetch(request, platform)` is the same call on every runtime. */
export type AppEnv = {
  Bindings: Platform
  Variables: {
    ctx: Context
    request: Context['request']
    observation: Observation
    problem?: Problem
    route?: string
    policy?: RoutePolicy | null
  }
}

/**
 * Hono's usual router tries a single regular expression before the trie, which can't
 * tell `/avatars/initials/:letters` from `/avatars/:name/:file`: it would be built in vain.
 */
export const createRouter = () => new HonoBase<AppEnv>({ router: rememberMatches(new TrieRouter()) })

export type Router = ReturnType<typeof createRouter>
