import { callsIn, runCheck, runTests } from './calls.mjs'
import { turns } from './prompts.mjs'

const changelog = `# Changes

## 2.4.1

- Full refunds pay back what was paid with money; promotion codes are not paid out any more.
- Partial refunds lose their share of the promotion.
- The monthly report shows what promotions covered.
`

// The second turn: a new line in the report, which breaks a test that expects the old text.
export function reportScene(shop) {
  const { read, write, edit, bash, plan, mark } = callsIn(shop)
  return {
    when: turns[1],
    replies: [
      {
        think: 1500,
        tools: [
          plan('Promotions in the monthly report', 'One more line, with a test, and a note in the docs'),
          read('src/report.js'),
          read('test/report.test.mjs'),
          read('docs/refunds.md'),
        ],
      },
      {
        think: 1400,
        tools: [
          edit('src/report.js', "import { orderTotal } from './order.js'\n", "import { orderTotal } from './order.js'\nimport { promotionOf } from './payment.js'\n"),
          edit('src/report.js', '    `returned  ${returned.length}`,', '    `promoted  ${euros(sum(orders.map(promotionOf)))}`,\n    `returned  ${returned.length}`,'),
        ],
      },
      { think: 700, tools: [runTests, runCheck] },
      {
        think: 1200,
        text: 'The test expects the report without the new line, so the expectation has to change with it.',
        tools: [
          edit('test/report.test.mjs', "sold      47.90\\nreturned  1", "sold      47.90\\npromoted  0.00\\nreturned  1"),
          edit('docs/refunds.md', '5. Orders from', '   Since 2.4.1 the code follows rules 2 and 3, and the monthly report shows what promotions covered.\n5. Orders from'),
          write('CHANGELOG.md', changelog),
        ],
      },
      { think: 700, tools: [runTests, runCheck] },
      {
        think: 1100,
        text: 'The note landed under rule 4, where it does not belong. I move it to the end.',
        tools: [
          bash("grep -v 'Since 2.4.1' docs/refunds.md > docs/new.md && printf '\\nSince 2.4.1 the code follows rules 2 and 3, and the monthly report shows what promotions covered.\\n' >> docs/new.md && mv docs/new.md docs/refunds.md && cat docs/refunds.md", 'Move the note to the end'),
        ],
      },
      {
        think: 900,
        tools: [
          bash(`node --input-type=module -e 'import { readFileSync } from "node:fs"; import { monthlyReport } from "./src/report.js"; console.log(monthlyReport(JSON.parse(readFileSync("data/orders.json"))))'`, 'Print the report'),
          bash('git add -A && git commit -q -m "report: show what promotions covered" && git status --short', 'Commit'),
          mark('4', 'completed'),
        ],
      },
      {
        think: 1500,
        text: 'Done. The report has a line `promoted`; for our data it says 30.00. The change is in `CHANGELOG.md`, and `docs/refunds.md` ends with a note. 8 tests pass.',
      },
    ],
  }
}

// The third turn: a question only, answered from the data.
export function overpaidScene(shop) {
  const { bash } = callsIn(shop)
  return {
    when: turns[2],
    replies: [
      {
        think: 1300,
        tools: [bash('cat data/refunds.json', 'Look for the refunds that were paid'), bash('git log --format="%s" -- src/refund.js', 'See since when the rule holds')],
      },
      {
        think: 1400,
        text: 'There is no list of refunds, so I take the returned orders.',
        tools: [
          bash(
            `node --input-type=module -e 'import { readFileSync } from "node:fs"; import { orderTotal } from "./src/order.js"; import { fullRefund } from "./src/refund.js"; for (const order of JSON.parse(readFileSync("data/orders.json"))) if (order.returned) console.log(order.id, orderTotal(order) - fullRefund(order))'`,
            'Compare for returned orders',
          ),
        ],
      },
      {
        think: 1600,
        text:
          'For the returned orders in `data/orders.json`, 30.00 too much: 10.00 for A-10359 and 20.00 for A-10472. A-09120 was right. This ' +
          'assumes that each was refunded in full with the old code; a list of the refunds that were paid does not exist here.',
      },
    ],
  }
}
