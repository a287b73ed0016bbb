import { expect, test } from 'bun:test'
import { target } from '../target'

const server = await target()

test('liveness says that the process runs', async () => {
  const reply = await server.send('GET /health/live')
  expect(reply).toMatchObject({ status: 200, json: { status: 'live' } })
  expect(reply.headers.get('content-type')).toBe('application/json')
})

test('readiness names the database, whether it answers and whether its schema is current, and Redis', async () => {
  const reply = await server.send('GET /health/ready')
  expect(reply.status).toBe(200)
  expect(reply.json).toEqual({
    status: 'ready',
    dependencies: { database: { status: 'up', schema: 'current' }, redis: { status: 'absent' } },
  })
})
