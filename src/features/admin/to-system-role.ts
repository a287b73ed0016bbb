import type { Role } from '../access/contract'

/** What the wire shows of a role that is always there. */
export function toSystemRole(name: string, permissions: readonly string[]): Role {
  return { name, description: '', permissions: [...permissions], isSystem: true, createdAt: null, updatedAt: null }
}
