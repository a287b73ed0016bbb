import type { roleAssignments, roles } from '../schema/access'
import type { MarksOf } from './marks'

export const roleAssignmentMarks: MarksOf<typeof roleAssignments> = {
  table: 'role_assignment',
  what: 'Roles that you hold.',
  key: ['user_id', 'role'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', role: 'personal', created_at: 'personal', expires_at: 'personal' },
}

export const roleMarks: MarksOf<typeof roles> = {
  table: 'role',
  what: 'What roles allow.',
  key: ['name'],
  owner: null,
  erasure: 'keep',
  columns: { name: 'none', description: 'none', permissions: 'none', created_at: 'none', updated_at: 'none' },
}
