import { accessCommands } from './access-commands'
import { accountCommands } from './account-commands'
import { auditCommands } from './audit-commands'
import { backupCommands } from './backup-commands'
import { bulkCommands } from './bulk-commands'
import type { Command } from './command'
import { databaseCommands } from './database-commands'
import { jobCommands } from './job-commands'
import { restoreCommand } from './restore-command'
import { seedCommand } from './seed-command'
import { userCommands } from './user-commands'

/** Every command, by its name. */
export const commands: readonly Command[] = [
  ...[...databaseCommands, seedCommand, ...userCommands, ...bulkCommands],
  ...[...backupCommands, restoreCommand],
  ...[...accessCommands, ...accountCommands, ...jobCommands, ...auditCommands],
].toSorted((a, b) => (a.name < b.name ? -1 : 1))
