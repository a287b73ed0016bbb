import { Hono } from 'hono'

/** A router and nothing else. */
export default new Hono().get('/health/live', (c) => c.json({ status: 'live' }))
