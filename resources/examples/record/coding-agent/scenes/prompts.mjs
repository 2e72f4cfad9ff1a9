// What the user asks, turn by turn, and what the agent asks its helpers. Scenes are found by these texts.
export const turns = [
  'Customers who used a promotion code get too much money back when they return an order. ' +
    'Find out why, fix it and keep the tests green. The rules are in docs/refunds.md.',
  'Good. Please also show in the monthly report how much was covered by promotions, and write the change down in the docs.',
  'How much too much have we paid back so far, and for which orders?',
]

export const surveys = {
  code:
    'Read the code in src that has to do with refunds and payments. Report how a full and a partial refund are computed, ' +
    'with file names, and which functions for payments exist but are not used.',
  data:
    'Look at data/orders.json and docs/refunds.md. Report which kinds of payments occur, which orders have none, and what ' +
    'the rules say about promotion codes.',
  tests:
    'Look at the folder test. Report how the tests are run, what they cover about refunds, and whether any test has an ' +
    'order with a promotion code.',
}
