import { fullRefund } from './refund.js'
import { euros, sum } from './money.js'
import { orderTotal } from './order.js'

export function monthlyReport(orders) {
  const returned = orders.filter((order) => order.returned)
  const lines = [
    `orders    ${orders.length}`,
    `sold      ${euros(sum(orders.map(orderTotal)))}`,
    `returned  ${returned.length}`,
    `refunded  ${euros(sum(returned.map(fullRefund)))}`,
  ]
  return lines.join('\n')
}
