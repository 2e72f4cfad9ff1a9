import { callsIn, runCheck, runTests } from './calls.mjs'
import { surveys, turns } from './prompts.mjs'

const promotionTest = `import { fullRefund, partialRefund } from '../src/refund.js'
import { equal } from './equal.mjs'

// 129.00 in all, 20.00 of it a promotion code.
const order = {
  id: 'T-4',
  shipping: 0,
  items: [
    { sku: 'KETTLE', price: 8900, quantity: 1 },
    { sku: 'MUGS', price: 4000, quantity: 1 },
  ],
  payments: [
    { kind: 'promotion', code: 'SPRING20', amount: 2000 },
    { kind: 'card', amount: 10900 },
  ],
}

export const paysBackOnlyMoney = () => equal(fullRefund(order), 10900)
export const sharesThePromotion = () => equal(partialRefund(order, ['MUGS']), 3380)
`

const oldFull = `import { itemOf, orderTotal } from './order.js'
import { sum } from './money.js'

export function fullRefund(order) {
  return orderTotal(order)
}`

const newFull = `import { itemOf, itemsTotal } from './order.js'
import { share, sum } from './money.js'
import { paidWithMoney, promotionOf } from './payment.js'

export function fullRefund(order) {
  return paidWithMoney(order)
}`

const oldPartial = '  return sum(skus.map((sku) => itemOf(order, sku).price * itemOf(order, sku).quantity))'

const longPartial =
  `${oldPartial.replace('  return ', '  const returned = ')}\n` +
  '  return returned - share(returned, itemsTotal(order), promotionOf(order)) // the returned items lose their share of the promotion'

const tidyEnd = `  // The returned items lose their share of the promotion.
  return returned - share(returned, itemsTotal(order), promotionOf(order))`

const oldPayment = `import { sum } from './money.js'
`

const newPayment = `import { sum } from './money.js'
import { orderTotal } from './order.js'

// Orders from before 2025 have no list of payments (docs/refunds.md, rule 5).
const paymentsOf = (order) => order.payments ?? [{ kind: 'card', amount: orderTotal(order) }]
`

const overloaded = { status: 529, type: 'overloaded_error', message: 'Overloaded', retryAfter: 1 }

// The first turn: plan, three helpers at once, a test that fails, an edit that misses, three more that fit.
export function fixScene(shop) {
  const { read, write, edit, bash, plan, mark, agent } = callsIn(shop)
  return {
    when: turns[0],
    replies: [
      {
        think: 2100,
        reasoning:
          'The report is about refunds with promotion codes. I should see the code, the data and the tests before I touch anything; ' +
          'these are independent, so helpers can look at the same time. First a plan.',
        text: 'I make a short plan and look around first.',
        tools: [
          plan('Survey code, data and tests', 'Know how refunds are computed and what covers them'),
          plan('Write a test that fails', 'An order with a promotion code, full and partial refund'),
          plan('Fix the refunds', 'Follow docs/refunds.md, keep all tests and the style check green'),
        ],
      },
      {
        think: 1000,
        tools: [bash('ls', 'List the repository'), bash('git log --format=%s', 'Show what was done so far'), read('README.md')],
      },
      {
        think: 1700,
        text: 'Three helpers look at the code, the data and the tests at the same time.',
        tools: [
          mark('1', 'in_progress'),
          agent('general-purpose', 'Survey refund code', surveys.code),
          agent('general-purpose', 'Survey order data', surveys.data),
          agent('Explore', 'Survey the tests', surveys.tests),
        ],
      },
      {
        think: 2300,
        reasoning:
          'The helpers agree: fullRefund returns the order total, and paidWithMoney exists but is not used. Rule 5 matters too: old ' +
          'orders have no payments, so paidWithMoney would fail on them.',
        text: 'The cause is clear: `fullRefund` pays the order total instead of what was paid with money. I read the files that change.',
        tools: [mark('1', 'completed'), mark('2', 'in_progress'), read('src/refund.js'), read('src/payment.js')],
      },
      { think: 1300, text: 'First a test that shows it.', tools: [write('test/promotion.test.mjs', promotionTest)] },
      { think: 700, tools: [runTests] },
      {
        think: 1200,
        text: 'Both fail as expected: 12900 instead of 10900, and 4000 instead of 3380. Now the full refund.',
        tools: [
          mark('2', 'completed'),
          mark('3', 'in_progress'),
          edit('src/refund.js', 'export function fullRefund(order) {\n  return order.total\n}', newFull),
        ],
      },
      { think: 1100, text: 'The file says `orderTotal(order)`; I take the text as it stands.', tools: [edit('src/refund.js', oldFull, newFull)] },
      { think: 700, tools: [runTests] },
      {
        think: 1900,
        reasoning:
          'The full refund passes. The report test now fails because the order of 2024 has no payments: rule 5. The default belongs ' +
          'in payment.js, so that every caller gets it.',
        text: 'One down. The order of 2024 has no list of payments (rule 5), so `payment.js` needs a default.',
        tools: [read('src/order.js'), bash('grep -n "order.payments" -r src', 'Find uses of the list of payments')],
      },
      { think: 1200, refuse: overloaded, tools: [edit('src/payment.js', oldPayment, newPayment)] },
      {
        think: 900,
        tools: [bash("sed -i 's/sum(order.payments/sum(paymentsOf(order)/' src/payment.js && cat src/payment.js", 'Use the default in both sums')],
      },
      { think: 700, tools: [runTests] },
      { think: 1300, text: 'Only the partial refund is left.', tools: [edit('src/refund.js', oldPartial, longPartial)] },
      { think: 700, tools: [runTests, runCheck] },
      {
        think: 1000,
        text: 'All tests pass; the style check does not like the long line.',
        tools: [edit('src/refund.js', longPartial.split('\n')[1], tidyEnd)],
      },
      { think: 700, tools: [runTests, runCheck] },
      {
        think: 1200,
        text: 'Green. I compare old and new for the orders that we have.',
        tools: [
          bash(
            `node --input-type=module -e 'import { readFileSync } from "node:fs"; import { orderTotal } from "./src/order.js"; import { fullRefund } from "./src/refund.js"; for (const order of JSON.parse(readFileSync("data/orders.json"))) console.log(order.id, orderTotal(order), fullRefund(order))'`,
            'Compare old and new refunds',
          ),
          bash('git diff --stat', 'Show what changed'),
        ],
      },
      {
        think: 1000,
        tools: [mark('3', 'completed'), bash('git add -A && git commit -q -m "refund: pay back what was paid with money" && git status --short', 'Commit')],
      },
      {
        think: 1900,
        text:
          'Fixed and committed. `fullRefund` paid back the order total, so promotion codes were turned into money.\n\n' +
          '- `src/refund.js`: a full refund is what was paid with money; a partial one loses its share of the promotion\n' +
          '- `src/payment.js`: orders from before 2025 count as paid by card (rule 5)\n' +
          '- `test/promotion.test.mjs`: two new tests\n\n8 tests pass and the style check is clean. For our data, A-10359 changes from ' +
          '89.00 to 79.00 and A-10472 from 129.00 to 109.00.',
      },
    ],
  }
}
