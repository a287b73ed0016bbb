import { importFile, lines, openStaffWorld, operationIn } from '../bulk/operators'
import { ada } from '../people'

/** A life of staff who import, export and change many accounts; returns what must stay private. */
export const bulkThrough = async () => {
  const { world, token } = await openStaffWorld()
  const row = { email: 'imported@example.com', name: 'Im Ported', phone: '+442071838750' }
  const ask = async (route: string, json: object) => operationIn(await world.send(route, { token, json }))
  const imported = await importFile(world, token, lines(row, { email: 'no address' }))
  for (const route of ['', `/${imported.id}`, `/${imported.id}/errors`]) {
    await world.send(`GET /v1/admin/operations${route}`, { token })
  }
  const { id } = await ask('POST /v1/admin/exports', { format: 'ndjson' })
  await world.settle()
  await world.send(`GET /v1/admin/operations/${id}/file`, { token })
  const changes = { timeZone: 'Pacific/Kiritimati' }
  await ask('POST /v1/admin/users/bulk', { action: 'update', filter: { emailDomain: 'example.com' }, changes })
  await world.settle()
  const dropped = await ask('POST /v1/admin/exports', { format: 'csv' })
  await world.send(`DELETE /v1/admin/operations/${dropped.id}`, { token })
  return { world, secrets: [ada.email, ada.name, ada.password, token, ...Object.values(row), changes.timeZone] }
}
