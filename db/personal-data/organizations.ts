import type {
  invitations,
  organizationDomains,
  organizationMembers,
  organizationRoles,
  organizations,
  teamMembers,
  teams,
} from '../schema/organizations'
import type { MarksOf } from './marks'

export const organizationMarks: MarksOf<typeof organizations> = {
  table: 'organization',
  what: 'Organizations.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: {
    id: 'none',
    slug: 'none',
    name: 'none',
    requires_second_factor: 'none',
    allowed_methods: 'none',
    session_seconds: 'none',
    created_at: 'none',
    updated_at: 'none',
  },
}

export const organizationMemberMarks: MarksOf<typeof organizationMembers> = {
  table: 'organization_member',
  what: 'Organizations that you belong to.',
  key: ['organization_id', 'user_id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    organization_id: 'pseudonymous',
    user_id: 'pseudonymous',
    role: 'personal',
    joined_by: 'personal',
    joined_at: 'personal',
  },
}

export const organizationRoleMarks: MarksOf<typeof organizationRoles> = {
  table: 'organization_role',
  what: 'What roles of organizations allow.',
  key: ['organization_id', 'name'],
  owner: null,
  erasure: 'keep',
  columns: {
    organization_id: 'none',
    name: 'none',
    description: 'none',
    permissions: 'none',
    created_at: 'none',
    updated_at: 'none',
  },
}

export const teamMarks: MarksOf<typeof teams> = {
  table: 'team',
  what: 'Teams of organizations.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: { id: 'none', organization_id: 'none', name: 'none', created_at: 'none' },
}

export const teamMemberMarks: MarksOf<typeof teamMembers> = {
  table: 'team_member',
  what: 'Teams that you are in.',
  key: ['team_id', 'user_id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    team_id: 'pseudonymous',
    organization_id: 'pseudonymous',
    user_id: 'pseudonymous',
    joined_at: 'personal',
  },
}

export const invitationMarks: MarksOf<typeof invitations> = {
  table: 'invitation',
  what: 'Invitations to organizations that were sent to your address.',
  key: ['id'],
  owner: { address: 'email' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    organization_id: 'pseudonymous',
    email: 'personal',
    role: 'personal',
    invited_by: 'pseudonymous',
    token_hash: 'secret',
    created_at: 'personal',
    expires_at: 'personal',
    accepted_at: 'personal',
    accepted_by: 'pseudonymous',
    revoked_at: 'personal',
  },
}

export const organizationDomainMarks: MarksOf<typeof organizationDomains> = {
  table: 'organization_domain',
  what: 'Domains of organizations.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: {
    id: 'none',
    organization_id: 'none',
    domain: 'none',
    challenge: 'none',
    auto_join_role: 'none',
    created_at: 'none',
    verified_at: 'none',
    checked_at: 'none',
    missing_since: 'none',
  },
}
