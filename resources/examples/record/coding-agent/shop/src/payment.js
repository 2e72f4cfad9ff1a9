import { sum } from './money.js'

export const isMoney = (payment) => payment.kind === 'card' || payment.kind === 'transfer'

export const paidWithMoney = (order) => sum(order.payments.filter(isMoney).map((payment) => payment.amount))

export const promotionOf = (order) =>
  sum(order.payments.filter((payment) => payment.kind === 'promotion').map((payment) => payment.amount))
