import { brand, type DataRightsTexts, formatInstant } from './mail-texts'

const instant = (text: string) => formatInstant('ja', text)

export const jaDataRights: DataRightsTexts = {
  'data-export-ready': {
    subject: 'データの準備ができました',
    opening: ({ until }) => [
      `${brand} にご請求いただいたデータの写しの準備ができました。${instant(until)} までにお受け取りください。リンクは一度だけ使えます。`,
    ],
    button: 'データを受け取る',
    closing: [
      'お心当たりがない場合は、リンクを開かないでください。すぐにパスワードを変更し、ほかのセッションをすべて終了してください。',
    ],
  },
  'account-closed': {
    subject: 'アカウントを閉鎖しました',
    opening: ({ until }) => [
      `${brand} のアカウントが削除されました。現在は閉鎖されており、${instant(until)} に完全に消去されます。お気持ちが変わった場合は、それまでにリンクを開いてください。`,
    ],
    button: 'アカウントを残す',
    closing: [
      '消去してよい場合は、何もする必要はありません。',
      'ご自身が削除したのでない場合は、アカウントを残し、すぐにパスワードを変更してください。',
    ],
  },
  'account-erased': {
    subject: 'アカウントを消去しました',
    opening: () => [
      `${brand} のアカウントと、保管していたお客様のデータをすべて消去しました。消去した内容は、署名付きの受領書に記載されています。`,
    ],
    button: '受領書を見る',
    closing: ['あとで受領書をご覧になりたい場合は、リンクを保管してください。これが最後のメールです。'],
  },
}
