import { expect, test } from 'bun:test'
import { shortestPassword } from '#features/accounts/password-policy'
import { createAssetPasswordList, passwordListPath } from '#platform/asset-password-list'
import { createPackagedPasswordList, readPackagedPasswords } from '#platform/packaged-password-list'
import { createPasswordList } from '#platform/password-list'

const text = await readPackagedPasswords()
const lines = text.split('\n')

test('the list has more than ten thousand passwords that are long enough, sorted, each once', () => {
  expect(lines.length).toBeGreaterThan(10_000)
  expect(lines.filter((line) => line.length < shortestPassword || line !== line.toLowerCase())).toEqual([])
  expect(lines).toEqual([...new Set(lines)].sort())
})

const lists = {
  packaged: createPackagedPasswordList(),
  asset: createAssetPasswordList(async () => new Response(text)),
}

for (const [kind, list] of Object.entries(lists)) {
  test(`the ${kind} list has what people choose, in any case, and nothing else`, async () => {
    for (const common of ['password', '12345678', 'iloveyou', 'QWERTYUIOP', 'Password1', lines[0], lines.at(-1)]) {
      expect({ common, found: await list.has(common ?? '') }).toMatchObject({ found: true })
    }
    const rare = [
      '',
      'passwor',
      ' password',
      'password ',
      'correct horse battery staple',
      'Zq7#kW-v',
      '12345678\n123456789',
    ]
    for (const other of [...rare, lines.slice(0, 2).join('\n'), '\n', `${lines[0]}\n`]) {
      expect({ other, found: await list.has(other) }).toMatchObject({ found: false })
    }
  })
}

test('a password is found however its letters are composed', async () => {
  const list = createPasswordList(async () => 'contrase\u00f1a\nd\u00e9j\u00e0 vu')
  for (const spelling of ['contrase\u00f1a', 'CONTRASEN\u0303A', 'De\u0301ja\u0300 Vu'])
    expect(await list.has(spelling)).toBe(true)
})

test('the asset is read at the first use and never again', async () => {
  const asked: string[] = []
  const list = createAssetPasswordList(async (path) => {
    asked.push(path)
    return new Response(text)
  })
  expect(asked).toEqual([])
  for (let use = 0; use < 3; use += 1) await list.has('password')
  expect(asked).toEqual([passwordListPath])
})

test('an asset that can’t be read is told, and tried again at the next use', async () => {
  const answers = [new Response('gone', { status: 404 }), undefined, new Response(text)]
  const list = createAssetPasswordList(async () => {
    const answer = answers.shift()
    if (!answer) throw new Error('no connection')
    return answer
  })
  await expect(list.has('password')).rejects.toThrow('404')
  await expect(list.has('password')).rejects.toThrow('no connection')
  expect(await list.has('password')).toBe(true)
})

test('a server that starts does not load the list, and one that did keeps nothing else of its package', async () => {
  const script = `
    const { createPackagedPasswordList } = await import('#platform/packaged-password-list')
    const list = createPackagedPasswordList()
    const loaded = () => Object.keys(require.cache).some((path) => path.includes('zxcvbn'))
    console.log(loaded(), await list.has('password'), loaded())`
  const { stdout } = Bun.spawnSync([process.execPath, '-e', script], { cwd: `${import.meta.dir}/../..` })
  expect(stdout.toString().trim()).toBe('false true false')
})
