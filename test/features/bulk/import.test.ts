import { expect, test } from 'bun:test'
import { addressesIn, errorPageOf, faultsOf, importFile, lines, openStaffWorld } from './operators'

const old = '$2b$04$abcdefghijklmnopqrstuuRBXoGpKGmWBNJtT5tq9rZVMF3m4VOJC'

test('a row becomes an account with all that it says, whose address is proved only if it says so', async () => {
  const { world, token } = await openStaffWorld()
  const grace = {
    email: ' Grace@Example.com ',
    emailVerified: true,
    name: 'Grace Hopper',
    bio: 'Nanoseconds.',
    phone: '+12025550123',
    address: { locality: 'Arlington', country: 'US' },
    locale: 'en',
    timeZone: 'America/New_York',
    website: 'https://example.com',
    attributes: { company: 'Navy', customerNumber: '1906' },
    createdAt: '2019-12-09T08:30:00+01:00',
  }
  const operation = await importFile(world, token, lines(grace, { email: 'mary@example.com' }))
  expect(operation).toMatchObject({
    kind: 'import',
    state: 'finished',
    dryRun: false,
    format: 'ndjson',
    rowsTotal: 2,
    rowsDone: 2,
    rowsFailed: 0,
    percent: 100,
    failure: null,
  })
  const rows = await world.db.run(
    `select email, email_verified_at is not null as proved, name, bio, phone, address, locale, time_zone, website,
      attributes, attributes_version, created_at from "user" where email in ('grace@example.com', 'mary@example.com')
      order by email`,
    [],
    'objects',
  )
  expect(rows).toEqual([
    {
      ...{ email: 'grace@example.com', proved: true, name: grace.name, bio: grace.bio, phone: grace.phone },
      ...{ address: grace.address, locale: 'en', time_zone: grace.timeZone, website: grace.website },
      ...{ attributes: grace.attributes, attributes_version: 1, created_at: new Date('2019-12-09T07:30:00Z') },
    },
    expect.objectContaining({ email: 'mary@example.com', proved: false, name: null, created_at: world.clock.now() }),
  ])
})

test('each account is recorded once, and tells nobody from where it was imported', async () => {
  const { world, token } = await openStaffWorld()
  const { id } = await importFile(world, token, lines({ email: 'grace@example.com' }, { email: 'mary@example.com' }))
  const made = await world.db.run(
    `select actor_kind, ip_address, user_agent, place, data from audit_event where type = 'account.created'`,
    [],
    'objects',
  )
  const event = { actor_kind: 'system', ip_address: null, user_agent: null, place: null, data: { by: 'import' } }
  expect(made).toEqual([event, event])
  const about = await world.db.run(
    `select type, actor_kind, data from audit_event where type like 'bulk.%' order by type desc`,
    [],
    'objects',
  )
  expect(about).toEqual([
    { type: 'bulk.requested', actor_kind: 'user', data: { operationId: id, kind: 'import' } },
    { type: 'bulk.finished', actor_kind: 'system', data: { operationId: id, kind: 'import', done: 2, failed: 0 } },
  ])
})

test('what is wrong with a row is told by its number and never by what it holds, and costs no other row', async () => {
  const { world, token } = await openStaffWorld()
  const operation = await importFile(
    world,
    token,
    `${lines(
      { email: 'one@example.com' },
      { email: 'no address', name: '' },
      { email: 'ADA@example.com' },
      { email: 'One@example.com' },
      { email: 'two@example.com', role: 'admin' },
      { email: 'three@example.com', passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' },
      { email: 'four@example.com', passwordHash: old.replace('$04$', '$31$') },
      { email: 'five@example.com', attributes: { shoeSize: 41 } },
      { email: 'six@example.com', createdAt: '2030-01-01T00:00:00Z' },
      { email: 'seven@example.com', bio: 'a\u0000b' },
      { email: 'eight@example.com', 'grace.hopper@navy.example': 1 },
      { email: 'nine@example.com', passwordHash: old },
    )}[]\nnull\n{"email":\n`,
  )
  expect(await addressesIn(world)).toEqual(['nine@example.com', 'one@example.com'])
  expect(operation).toMatchObject({ state: 'finished', rowsTotal: 15, rowsDone: 2, rowsFailed: 13 })
  expect(await faultsOf(world, token, operation)).toEqual([
    '2 /email invalid_email',
    '2 /name too_small',
    '3 /email email_taken',
    '4 /email email_taken',
    '5 /role unrecognized_keys',
    '6 /passwordHash unsupported_hash',
    '7 /passwordHash unsupported_hash',
    '8 /attributes/shoeSize unrecognized_keys',
    '9 /createdAt too_big',
    '10 /bio invalid_text',
    '11  unrecognized_keys',
    '13  invalid_type',
    '14  invalid_type',
    '15  malformed_row',
  ])
  const first = await errorPageOf(world, token, operation, '?limit=3')
  const second = await errorPageOf(
    world,
    token,
    operation,
    `?limit=3&cursor=${encodeURIComponent(String(first.nextCursor))}`,
  )
  expect([...first.items, ...second.items].map(({ row }) => row)).toEqual([2, 2, 3, 4, 5, 6])
})

test('a dry run makes nothing and finds the same, in any part of the file', async () => {
  const { world, token } = await openStaffWorld()
  const rows = Array.from({ length: 1200 }, (_, at) => ({ email: `person-${at}@example.com` }))
  const file = lines(...rows, { email: 'person-3@example.com' }, { email: 'ada@example.com' }, { email: 'nobody' })
  const dry = await importFile(world, token, file, { dryRun: true })
  expect(await addressesIn(world)).toEqual([])
  expect(dry).toMatchObject({ state: 'finished', dryRun: true, rowsDone: 1200, rowsFailed: 3, rowsTotal: 1203 })
  const real = await importFile(world, token, file)
  expect(await faultsOf(world, token, real)).toEqual(await faultsOf(world, token, dry))
  expect((await addressesIn(world)).length).toBe(1200)
})

test('the same file again makes nobody twice', async () => {
  const { world, token } = await openStaffWorld()
  const file = lines({ email: 'grace@example.com' }, { email: 'mary@example.com' })
  await importFile(world, token, file)
  expect(await importFile(world, token, file)).toMatchObject({ state: 'finished', rowsDone: 0, rowsFailed: 2 })
  expect(await addressesIn(world)).toEqual(['grace@example.com', 'mary@example.com'])
})
