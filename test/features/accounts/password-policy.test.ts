import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../../core/fixed-seed'
import { findPasswordFault, normalizePassword } from '#features/accounts/password-policy'

const email = 'lovelace@example.com'

test('a password has 8 to 256 characters, counted as people count them, after NFC', () => {
  expect(findPasswordFault('1234567', email)).toBe('password_too_short')
  expect(findPasswordFault('12345678', email)).toBeUndefined()
  expect(findPasswordFault('x'.repeat(256), email)).toBeUndefined()
  expect(findPasswordFault('x'.repeat(257), email)).toBe('password_too_long')
  expect(findPasswordFault('🔑'.repeat(8), email)).toBeUndefined()
  expect(findPasswordFault('🔑'.repeat(7), email)).toBe('password_too_short')
  expect(findPasswordFault('🔑'.repeat(256), email)).toBeUndefined()
  expect(findPasswordFault('e\u0301'.repeat(7), email)).toBe('password_too_short')
})

test('a password may be of any characters: letters only, digits only, spaces, any script', () => {
  for (const password of ['abcdefgh', '31415926', '        ', 'пароль пароль', 'كلمة المرور', 'パスワードです長い']) {
    expect(findPasswordFault(password, email)).toBeUndefined()
  }
})

test('a password may not hold the name of its owner’s address, in whatever case', () => {
  expect(findPasswordFault('my LoveLace 1815', email)).toBe('password_contains_email')
  expect(findPasswordFault('my lovela 1815', email)).toBeUndefined()
})

test('a name of three letters is too common to be refused in passwords', () => {
  expect(findPasswordFault('my adamant secret', 'ada@example.com')).toBeUndefined()
})

/** Each password with the local part of its owner's address, and whether it is refused. */
const names: [local: string, password: string, isRefused: boolean][] = [
  ['lovelace', 'LOVELACE', true],
  ['lovelace', 'ｌｏｖｅｌａｃｅ 1815', true],
  ['lovelace+shop', 'my lovelace 1815', true],
  ['lovelace+shop', 'my shop of 1815', false],
  ['ada+shopping', 'my ada+shopping', true],
  ['ada+shopping', 'adamant secrets', false],
  ['+lovelace', 'my +lovelace', true],
  ['ada.lovelace', 'AdaLovelace1815', true],
  ['ada_love-lace', 'my adalovelace', true],
  ['ada.lovelace+shop', 'my ada.lovelace', true],
  ['ada.lovelace', 'lovelace', true],
  ['ada.lovelace', 'my lovelace', false],
  ['a.b.c', 'abc and so on', false],
  ['a.b.c', 'see a.b.c for more', true],
  ['Ünal', 'my üNAL 1815', true],
  ['名前です', '私の名前です12', true],
  ['ada', 'ada@example.com', true],
  ['ada', 'ADA@example.com!', true],
  ['ada', 'example.com', true],
  ['ada', 'my example.com', false],
  ['ada', 'example company', false],
]
for (const [local, password, isRefused] of names) {
  test(`${local}@example.com ${isRefused ? 'may not' : 'may'} have the password ${password}`, () => {
    const fault = findPasswordFault(password, `${local}@example.com`)
    expect(fault).toBe(isRefused ? 'password_contains_email' : undefined)
  })
}

test('normalising a password never throws, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (password) => {
      const once = normalizePassword(password)
      expect(normalizePassword(once)).toBe(once)
    }),
  )
})

test('two spellings of a password that NFC makes one are one, and different passwords stay different', () => {
  expect(normalizePassword('cafe\u0301')).toBe(normalizePassword('caf\u00e9'))
  expect(normalizePassword('ﬁsh')).not.toBe(normalizePassword('fish'))
  expect(normalizePassword('Password')).not.toBe(normalizePassword('password'))
})
