import { expect, test } from 'bun:test'
import { tamper } from '../../support/tamper'
import { openSealedWorld, recordsOf, type Sealed, sealAll, sealsOf, verify } from './sealed-world'

/** A world, and the third record of its second seal of security. */
const openTampered = async () => {
  const { world } = await openSealedWorld()
  const [, , , , second] = await sealsOf(world)
  const records = (await recordsOf(world)).filter(({ retention }) => retention === 'security')
  const inSeal = records.filter(({ position }) => position >= Number(second?.firstPosition))
  const [before, victim, after] = inSeal
  if (!second || !before || !victim || !after) throw new Error('There is too little to tamper with.')
  return { world, records, before, victim, after }
}

/** Where the fault is: in the second seal, at the record. */
const at = ({ id, position }: Sealed) => ({ retention: 'security', seal: 2, id, position })

const changes = [
  "type = 'login.failed'",
  "outcome = 'refused'",
  "occurred_at = occurred_at + interval '1 millisecond'",
  "actor_kind = 'system'",
  "actor_id = 'somebody else'",
  "credential = 'session:another'",
  'user_id = gen_random_uuid()',
  'session_id = null',
  "request_id = 'another'",
  "trace_id = 'another'",
  "personal_digest = md5('')",
  `data = data || '{"more": 1}'`,
]

test('a change of anything that a record says is found, and where', async () => {
  const { world, victim } = await openTampered()
  const [row] = await world.db.run(
    'select to_jsonb(e)::text as row from audit_event e where id = $1',
    [victim.id],
    'arrays',
  )
  const restore = 'insert into audit_event select (jsonb_populate_record(null::audit_event, $1::text::jsonb)).*'
  for (const change of changes) {
    await tamper(world.db, `update audit_event set ${change} where id = $1`, [victim.id])
    const { faults } = await verify(world)
    expect([change, faults.filter(({ what }) => what === 'altered')]).toMatchObject([change, [at(victim)]])
    await tamper(world.db, 'delete from audit_event where id = $1', [victim.id])
    await tamper(world.db, restore, [Object(row)[0]])
  }
  expect((await verify(world)).faults).toEqual([])
})

test('a record with another id is found', async () => {
  const { world, victim } = await openTampered()
  const id = victim.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
  await tamper(world.db, 'update audit_event set id = $2 where id = $1', [victim.id, id])
  expect((await verify(world)).faults).toMatchObject([{ what: 'altered', ...at({ ...victim, id }) }])
})

test('a record that is deleted is missed, after the one before it', async () => {
  const { world, before, victim } = await openTampered()
  await tamper(world.db, 'delete from audit_event where id = $1', [victim.id])
  const { faults } = await verify(world)
  expect(faults).toMatchObject([{ what: 'missing', ...at(before) }])
  expect(faults[0]?.detail).toBe(`1 of its records, from number 2 on, after ${before.id}.`)
})

test('a record that is moved to the other retention is missed here, and one too many there', async () => {
  const { world, victim } = await openTampered()
  await tamper(world.db, "update audit_event set retention = 'activity' where id = $1", [victim.id])
  const found = (await verify(world)).faults.map(({ what, retention }) => [what, retention])
  expect(found).toContainEqual(['missing', 'security'])
  expect(found).toContainEqual(['inserted', 'activity'])
})

const insertCopy = `insert into audit_event select (jsonb_populate_record(e, jsonb_build_object(
  'id', $2::text, 'position', $3::text::bigint))).* from audit_event e where id = $1`

test('a record that is inserted is found, wherever it stands', async () => {
  const { world, victim } = await openTampered()
  const id = victim.id.replace(/.{4}$/, 'ffff')
  for (const position of [victim.position, 0, -5, null]) {
    await tamper(world.db, insertCopy, [victim.id, id, position === null ? null : String(position)])
    expect((await verify(world)).faults).toMatchObject([{ what: 'inserted', id, position }])
    await tamper(world.db, 'delete from audit_event where id = $1', [id])
  }
  expect((await verify(world)).faults).toEqual([])
})

test('records that change places are found', async () => {
  const { world, victim, after } = await openTampered()
  const text = `update audit_event set position = case id when $1::uuid then $4::text::bigint else $3::text::bigint end
    where id in ($1::uuid, $2::uuid)`
  await tamper(world.db, text, [victim.id, after.id, String(victim.position), String(after.position)])
  const { faults } = await verify(world)
  expect(faults.map(({ what, id }) => [what, id])).toEqual([
    ['altered', after.id],
    ['altered', victim.id],
  ])
})

test('the newest records and their seals can’t be cut off unnoticed', async () => {
  const { world } = await openTampered()
  const { lastPosition = 0 } =
    (await sealsOf(world)).find(({ retention, number }) => retention === 'security' && number === 2) ?? {}
  await tamper(world.db, "delete from audit_event where retention = 'security' and position > $1::text::bigint", [
    String(lastPosition),
  ])
  expect((await verify(world)).faults).toMatchObject([{ what: 'missing', retention: 'security', seal: 3 }])
  await tamper(world.db, "delete from audit_seal where retention = 'security' and number > 2")
  const missing = {
    what: 'seals missing',
    retention: 'security',
    seal: 3,
    detail: 'There are 2 seals, and the checkpoint is number 3.',
  }
  expect((await verify(world)).faults).toMatchObject([missing])
  expect((await verify(world, { checkpoints: [] })).faults).toEqual([])
})

test('a record that starts anew from nothing does not fit its checkpoint', async () => {
  const { world } = await openTampered()
  await tamper(world.db, 'delete from audit_seal')
  world.advance(60)
  await sealAll(world)
  const found = (await verify(world)).faults
  expect(found).toMatchObject([
    { what: 'seals missing', retention: 'security' },
    { what: 'seals missing', retention: 'activity' },
  ])
  expect(world.logs).toContainEqual(expect.objectContaining({ level: 'error', message: 'audit seals are missing' }))
})

for (const [what, text, expected] of [
  ['a seal that is gone', 'delete from audit_seal where number = 2', ['seals missing', 'chain broken']],
  [
    'leaves that are others',
    'update audit_seal set leaves = set_byte(leaves, 0, get_byte(leaves, 0) # 1) where number = 2',
    ['seal altered'],
  ],
  [
    'leaves that are fewer',
    'update audit_seal set leaves = substring(leaves from 33) where number = 2',
    ['seal altered'],
  ],
  [
    'a statement that says something else',
    `update audit_seal set statement = overlay(statement placing 'AAAA' from 200 for 4) where number = 2`,
    ['unreadable'],
  ],
  [
    'a signature that is none',
    "update audit_seal set statement = regexp_replace(statement, '[^.]{8}$', 'AAAAAAAA') where number = 2",
    ['wrong signature'],
  ],
] as const) {
  test(`${what} is found`, async () => {
    const { world } = await openTampered()
    await tamper(world.db, `${text} and retention = 'security'`)
    const { faults } = await verify(world)
    expect(faults).toMatchObject(
      expect.arrayContaining(expected.map((fault) => expect.objectContaining({ what: fault, retention: 'security' }))),
    )
    expect(faults[0]).toMatchObject({ what: expected[0], seal: what === 'a seal that is gone' ? 3 : 2 })
  })
}

test('a personal part that is another is found, and one that is destroyed is none', async () => {
  const { world, victim } = await openTampered()
  await tamper(world.db, "update audit_event set place = 'Atlantis' where id = $1", [victim.id])
  const { id, position } = victim
  expect((await verify(world)).faults).toMatchObject([{ what: 'personal part altered', id, position }])
  await world.db.run(
    'update audit_event set ip_address = null, user_agent = null, place = null, personal_salt = null',
    [],
    'objects',
  )
  const found = await verify(world)
  expect(found.faults).toEqual([])
  expect(found.destroyed).toBe(found.sealed + found.unsealed)
})

test('seals count only if their key is trusted', async () => {
  const { world } = await openTampered()
  expect((await verify(world, { keys: ['another'] })).faults[0]).toMatchObject({
    what: 'untrusted key',
    retention: 'security',
    seal: 1,
  })
  const { keys } = await verify(world)
  expect((await verify(world, { keys })).faults).toEqual([])
})
