import { expect, test } from 'bun:test'
import { addressesIn, faultsOf, importFile, lines, openStaffWorld } from './operators'

const namesIn = async (world: Awaited<ReturnType<typeof openStaffWorld>>['world']) =>
  (await world.db.run(`select email, name from "user" where email not like 'ada@%' order by email`, [], 'arrays')) as [
    string,
    string | null,
  ][]

const csv = { format: 'csv' } as const

test('CSV has quotes, line breaks within them, CRLF, a byte order mark, and cells that are empty', async () => {
  const { world, token } = await openStaffWorld()
  const file = `\ufeffemail,name,emailVerified,address,phone\r
one@example.com,"Ada, ""the"" first",true,"{""locality"":""London""}",'+442071838750\r
two@example.com,,,,\r
three@example.com,Zoë,false,,+442071838750\r
"four@example.com","plain",,,`
  const operation = await importFile(world, token, file, csv)
  expect(await faultsOf(world, token, operation)).toEqual([])
  expect(await namesIn(world)).toEqual([
    ['four@example.com', 'plain'],
    ['one@example.com', 'Ada, "the" first'],
    ['three@example.com', 'Zoë'],
    ['two@example.com', null],
  ])
  expect(
    await world.db.run(`select address, phone from "user" where email = 'one@example.com'`, [], 'objects'),
  ).toEqual([{ address: { locality: 'London' }, phone: '+442071838750' }])
})

test('a record of CSV that can’t be read costs no other one', async () => {
  const { world, token } = await openStaffWorld()
  const file = `email,name
one@example.com,a "quote" within
two@example.com,"open
three@example.com,fine
four@example.com,too,many
five@example.com
six@example.com,"closed" badly
seven@example.com,"line
break"
eight@example.com,fine
`
  const operation = await importFile(world, token, file, csv)
  expect(await addressesIn(world)).toEqual(['eight@example.com', 'three@example.com'])
  expect(operation.state).toBe('finished')
  expect(await faultsOf(world, token, operation)).toEqual([
    '1  malformed_row',
    '2  malformed_row',
    '4  malformed_row',
    '5  malformed_row',
    '6  malformed_row',
    '7 /name invalid_text',
  ])
})

test('a header that is none fails the import', async () => {
  for (const header of ['name,phone', 'email,email', 'email,role', 'one@example.com', '"email']) {
    const { world, token } = await openStaffWorld()
    const operation = await importFile(world, token, `${header}\none@example.com,x\n`, csv)
    expect(operation).toMatchObject({ state: 'failed', failure: 'header_invalid', rowsDone: 0 })
  }
})

test('garbage, a line without end and blank lines cost no other row', async () => {
  const { world, token } = await openStaffWorld()
  const text = new TextEncoder()
  const file = new Uint8Array(
    await new Blob([
      text.encode('\n\r\n'),
      text.encode(lines({ email: 'one@example.com' })),
      new Uint8Array([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a]),
      new Uint8Array(2_000_000).fill(0x61),
      text.encode(`\r\n${lines({ email: 'two@example.com', name: 'Zoë' })}`),
      text.encode(`{"email":"${'x'.repeat(70_000)}"}\n`),
      text.encode('{"email":"three@example.com"}'),
    ]).arrayBuffer(),
  )
  const operation = await importFile(world, token, file)
  expect(await faultsOf(world, token, operation)).toEqual(['2  invalid_encoding', '3  row_too_long', '5  row_too_long'])
  expect(await addressesIn(world)).toEqual(['one@example.com', 'three@example.com', 'two@example.com'])
  expect(operation).toMatchObject({ state: 'finished', rowsDone: 3, rowsFailed: 3 })
})

test('no row and no character is lost or halved where parts and pieces of the file meet', async () => {
  const { world, token } = await openStaffWorld()
  // About 9 MiB: three pieces, and parts that end within characters of two to four bytes.
  const rows = Array.from({ length: 4500 }, (_, at) => ({
    email: `person-${String(at).padStart(5, '0')}@example.com`,
    name: `Zoë ${'é漢😀'.repeat(1 + (at % 20))}`,
    bio: '😀漢é'.repeat(1 + ((at * 7) % 240)),
  }))
  const operation = await importFile(world, token, lines(...rows))
  expect(await faultsOf(world, token, operation)).toEqual([])
  expect(operation).toMatchObject({ state: 'finished', rowsDone: 4500, rowsFailed: 0 })
  const kept = await world.db.run(
    `select email, name, bio from "user" where email like 'person-%' order by email`,
    [],
    'objects',
  )
  expect(kept).toEqual(rows)
})
