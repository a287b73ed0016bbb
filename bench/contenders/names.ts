/** How each that is measured is called. */
export const names = {
  postern: 'Postern',
  drizzle: 'better-auth, drizzle',
  pg: 'better-auth, pg',
  cookieCache: 'better-auth, cookie cache',
  jwt: 'better-auth, JWT',
  handWritten: 'hand-written',
  argon2id: 'limit: Argon2id alone',
  jose: 'limit: Hono, one jose verification',
  hono: 'limit: Hono alone',
} as const

/** Postern whose limits are counted in Redis. */
export const posternWithRedis = 'Postern, counting in Redis'
