import journal from './migrations/meta/_journal.json' with { type: 'json' }

/** The newest migration that this build knows: its time in milliseconds. */
export const schemaVersion = Math.max(...journal.entries.map(({ when }) => when))
