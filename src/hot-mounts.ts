import type { Mount } from './compose-app'
import { health } from './features/operations/routes'
import { profiles } from './features/profiles/routes'
import { keySet, sessions } from './features/sessions/routes'

/**
 * Routes that are asked for all day: the API's Worker has them from its start, and loads the others once somebody asks for one
 * (src/everyday-app.ts). They are among src/everyday-mounts.ts too, so that one router knows them all.
 */
export const hotMounts: Mount[] = [
  ['/v1', sessions],
  ['/v1', profiles],
  ['/.well-known', keySet],
  ['/health', health],
]
