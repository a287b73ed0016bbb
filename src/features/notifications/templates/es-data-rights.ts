import { brand, type DataRightsTexts, formatInstant } from './mail-texts'

const instant = (text: string) => formatInstant('es', text)

export const esDataRights: DataRightsTexts = {
  'data-export-ready': {
    subject: 'Sus datos están listos',
    opening: ({ until }) => [
      `Ha pedido a ${brand} una copia de sus datos. El archivo está listo: recójalo antes del ${instant(until)}. El enlace funciona una sola vez.`,
    ],
    button: 'Recoger mis datos',
    closing: ['Si no ha sido usted, no abra el enlace. Cambie ahora su contraseña y cierre todas las demás sesiones.'],
  },
  'account-closed': {
    subject: 'Su cuenta está cerrada',
    opening: ({ until }) => [
      `Su cuenta de ${brand} se ha eliminado. Está cerrada y se borrará el ${instant(until)}. Si cambia de opinión, abra antes el enlace.`,
    ],
    button: 'Conservar mi cuenta',
    closing: [
      'Si quiere que la cuenta se borre, no tiene que hacer nada.',
      'Si no la ha eliminado usted, conserve la cuenta y cambie enseguida su contraseña.',
    ],
  },
  'account-erased': {
    subject: 'Su cuenta está borrada',
    opening: () => [
      `Su cuenta de ${brand} y todo lo que se guardaba de usted se ha borrado. El recibo, firmado, dice qué se ha borrado.`,
    ],
    button: 'Ver el recibo',
    closing: ['Guarde el enlace si quiere leer el recibo más tarde. Este ha sido nuestro último correo.'],
  },
}
