/** For how long records are kept: see the table `audit_retention`. Each has a chain of seals of its own. */
export const retentions = ['security', 'activity'] as const

/** `typ` of a seal. */
export const sealType = 'audit-seal+jws'

/** Where the checkpoint of a retention is kept, and the one that a day leaves behind for good. */
export const checkpointKeys = (
  retention: (typeof retentions)[number],
  day: string,
): { newest: string; ofDay: string } => ({
  newest: `audit/checkpoint-${retention}.json`,
  ofDay: `audit/checkpoint-${retention}-${day}.json`,
})

/** Where a checkpoint is kept whose seal was lost with the database. */
export const lostCheckpointKey = (retention: (typeof retentions)[number], number: number): string =>
  `audit/lost-checkpoint-${retention}-${number}.json`
