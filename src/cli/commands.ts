import { accessCommands } from './access-commands'
import { accountCommands } from './account-commands'
import { auditCommands } from './audit-commands'
import { bulkCommands } from './bulk-commands'
import type { Command } from './command'
import { databaseCommands } from './database-commands'
import { doctorCommand } from './doctor/doctor-command'
import { jobCommands } from './job-commands'
import { seedCommand } from './seed-command'
import { userCommands } from './user-commands'

/** Every command, by its name. */
export const commands: readonly Command[] = [
  ...[...databaseCommands, doctorCommand, seedCommand, ...userCommands, ...bulkCommands],
  ...[...accessCommands, ...accountCommands, ...jobCommands, ...auditCommands],
].toSorted((a, b) => (a.name < b.name ? -1 : 1))
