import { hc } from 'hono/client'
import type { accounts } from './features/accounts/routes'
import type { profiles } from './features/profiles/routes'
import type { sessions } from './features/sessions/routes'
export const createClient = (baseUrl: string) => {
  const root: string = `${baseUrl}/v1`
  return hc<typeof accounts | typeof profiles | typeof sessions>(root)
}
export type Client = ReturnType<typeof createClient>
