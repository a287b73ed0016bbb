import { afterAll } from 'bun:test'
import { openDatabases } from './open-databases'

afterAll(async () => {
  await Promise.all([...openDatabases].map((close) => close()))
})
