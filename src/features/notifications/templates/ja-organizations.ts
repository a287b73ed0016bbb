import { brand, formatInstant, type OrganizationTexts } from './mail-texts'

const instant = (text: string) => formatInstant('ja', text)
const organization = (name: string) => (name ? `組織「${name}」` : '組織')

export const jaOrganizations: OrganizationTexts = {
  invitation: {
    subject: '組織への招待',
    opening: ({ detail, until }) => [
      `${brand} で${organization(detail)}に招待されました。参加するには、このメールアドレスのアカウントでログインし、${instant(until)} までにリンクを開いてください。`,
    ],
    button: '参加する',
    closing: [
      'このメールアドレスのアカウントがまだない場合は、先に登録してからリンクを開いてください。',
      '参加しない場合は、何もする必要はありません。',
    ],
  },
}
