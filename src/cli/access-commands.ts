import { grantRole } from '../features/admin/grant-role'
import { listKeys, revokeKey } from '../features/admin/list-keys'
import { listRolesOfAll } from '../features/admin/list-roles-of-all'
import { makeRole } from '../features/admin/make-role'
import { revokeRole } from '../features/admin/revoke-role'
import { asOperator, done, rowsOutcome } from './as-operator'
import { type Command, Misuse } from './command'

const [address, role, name] = [{ name: 'address' }, { name: 'role' }, { name: 'name' }]

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Who may do what: roles, and API keys. */
export const accessCommands: Command[] = [
  {
    name: 'roles list',
    summary: 'every role, what it allows and how many hold it',
    run: asOperator('roles list', async (ctx) => rowsOutcome(await listRolesOfAll(ctx))),
  },
  {
    name: 'roles create',
    summary: 'make a role of permissions',
    args: [name],
    options: {
      permissions: { summary: 'separated by commas: users:read,users:unlock', value: 'list' },
      description: { summary: 'what it is for', value: 'text' },
    },
    run: asOperator('roles create', async (ctx, call) => {
      const permissions = listOf(call.find('permissions') ?? '')
      if (permissions.length === 0) throw new Misuse('Say what it allows: --permissions users:read,users:unlock')
      const facts = { name: call.word('name'), description: call.find('description') ?? '', permissions }
      if (!(await makeRole(ctx, facts))) throw new Error('There is a role of this name.')
      return done(`There is a role ${facts.name}.`, facts)
    }),
  },
  {
    name: 'roles grant',
    summary: 'give an account a role; its sessions end',
    args: [address, role],
    run: asOperator('roles grant', async (ctx, call) => {
      const granted = await grantRole(ctx, call.word('address'), call.word('role'))
      const text = granted
        ? `They hold the role ${call.word('role')}, and have to log in again.`
        : 'They hold it already.'
      return done(text, { granted })
    }),
  },
  {
    name: 'roles revoke',
    summary: 'take it away',
    args: [address, role],
    asks: (call) => `Take the role ${call.word('role')} from ${call.word('address')}?`,
    run: asOperator('roles revoke', async (ctx, call) => {
      const revoked = await revokeRole(ctx, call.word('address'), call.word('role'))
      return done(revoked ? `They hold the role ${call.word('role')} no more.` : 'They did not hold it.', { revoked })
    }),
  },
  {
    name: 'keys list',
    summary: 'the newest API keys, of everybody or of one owner; never the keys themselves',
    args: [{ name: 'address|id', isOptional: true }],
    run: asOperator('keys list', async (ctx, call) => rowsOutcome(await listKeys(ctx, call.findWord('address|id')))),
  },
  {
    name: 'keys revoke',
    summary: 'revoke an API key',
    args: [{ name: 'id' }],
    asks: (call) => `Revoke the key ${call.word('id')}? Whatever uses it stops working.`,
    run: asOperator('keys revoke', async (ctx, call) => {
      const revoked = await revokeKey(ctx, call.word('id'))
      return done(revoked ? 'It is revoked.' : 'There is no such key that works.', { revoked })
    }),
  },
]
