import { accessCommands } from './access-commands'
import { accountCommands } from './account-commands'
import { auditCommands } from './audit-commands'
import { backupCommands } from './backup-commands'
import { bulkCommands } from './bulk-commands'
import type { Command } from './command'
import { doctorCommand } from './doctor/doctor-command'
import { jobCommands } from './job-commands'
import { keyCommands } from './key-commands'
import { migrateCommand } from './migrate-command'
import { restoreCommand } from './restore-command'
import { seedCommand } from './seed-command'
import { userCommands } from './user-commands'
import { workCommand } from './work-command'

/** Every command, by its name. */
export const commands: readonly Command[] = [
  ...[migrateCommand, workCommand, doctorCommand, seedCommand, ...userCommands, ...bulkCommands],
  ...[...backupCommands, restoreCommand],
  ...[...accessCommands, ...accountCommands, ...keyCommands, ...jobCommands, ...auditCommands],
].toSorted((a, b) => (a.name < b.name ? -1 : 1))
