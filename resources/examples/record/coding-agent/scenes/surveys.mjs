import { callsIn, runTests } from './calls.mjs'
import { surveys } from './prompts.mjs'

// The three helpers that look around at the same time, each with its own short session.
export function surveyScenes(shop) {
  const { read, bash } = callsIn(shop)
  return [
    {
      when: surveys.code,
      replies: [
        { think: 1100, tools: [bash('ls src', 'List the source files'), bash('grep -rin "refund" src', 'Find refunds')] },
        { think: 900, tools: [read('src/refund.js'), read('src/order.js'), read('src/payment.js')] },
        { think: 1000, text: 'Now who uses the functions for payments.', tools: [bash('grep -rn "payment.js" src test', 'Find users of payment.js')] },
        {
          think: 1600,
          text:
            'Refunds are computed in src/refund.js. fullRefund() returns orderTotal(order), so items plus shipping, whatever was ' +
            'paid. partialRefund() sums the prices of the returned items and hands over to fullRefund() when all come back.\n\n' +
            'src/payment.js has paidWithMoney() and promotionOf(); nothing imports that file.',
        },
      ],
    },
    {
      when: surveys.data,
      replies: [
        { think: 1000, tools: [read('data/orders.json'), read('docs/refunds.md')] },
        { think: 800, text: 'Perhaps payments are kept in a file of their own.', tools: [bash('cat data/payments.json', 'Look for a list of payments')] },
        {
          think: 1200,
          text: 'They are not. I count the kinds in the orders.',
          tools: [
            bash(
              `node -e 'const o = JSON.parse(fs.readFileSync("data/orders.json")); for (const x of o) console.log(x.id, x.year, (x.payments ?? []).map(p => p.kind).join("+") || "none")'`,
              'Count kinds of payments',
            ),
          ],
        },
        {
          think: 1500,
          text:
            'Kinds of payments: card, transfer, promotion. A-10359 and A-10472 were paid partly with a promotion code. A-09120 is ' +
            'from 2024 and has no payments at all.\n\nRules: a full refund pays back what was paid with money (2), promotion codes are ' +
            'not paid out (2), a partial refund is reduced by its share of the promotion (3), and orders from before 2025 count as ' +
            'paid by card (5).',
        },
      ],
    },
    {
      when: surveys.tests,
      replies: [
        { think: 700, tools: [bash('ls test', 'List the tests'), read('package.json')] },
        { think: 700, tools: [read('test/refund.test.mjs'), read('test/report.test.mjs'), runTests] },
        { think: 800, tools: [bash('grep -rc "promotion" test', 'Count promotions in tests')] },
        {
          think: 1100,
          text:
            'node test/run.mjs runs every exported function of test/*.test.mjs; 6 pass. Three are about refunds, all with orders that ' +
            'were paid in full by card. No test has a promotion code. report.test.mjs has an order of 2024 without payments.',
        },
      ],
    },
  ]
}
