import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Saves the archive of somebody's data, by one click. */
export const collectExportPage = actionPage({
  texts: actionPageTexts.collectExport,
  path: '/v1/auth/export/collect',
  saves: 'your-data.zip',
})
