// What the customers write, and when: `after` counts from the start, `pause` from the answer before (both in ms).
export const conversations = [
  {
    id: 'case-4411-a',
    customer: 'customer 4411',
    after: 0,
    turns: [
      { text: 'Hello, the kettle from my order A-10472 arrived with a cracked lid. Can I get a new one?' },
      { text: 'Then no, thanks. Please refund the whole order, I will send the mugs back as well.', pause: 2500 },
      { text: 'Perfect. When will I see the money on my card?', pause: 2000 },
    ],
  },
  {
    id: 'case-2087-a',
    customer: 'customer 2087',
    after: 4000,
    turns: [{ text: 'Where is my pan? Order A-10388 was shipped a week ago and nothing has come.' }],
  },
  {
    id: 'case-3302-a',
    customer: 'customer 3302',
    after: 8000,
    turns: [
      { text: 'Do you sell the small water filter for the Barista 300 coffee machine? I cannot find it in the shop.' },
      { text: 'Great. Please set two aside, I will order tomorrow.', pause: 1500 },
    ],
  },
  {
    id: 'case-7150-a',
    customer: 'customer 7150',
    after: 14000,
    turns: [
      {
        text:
          'We need 120 white mugs, 40 each for our offices in Hamburg, Lyon and Porto, all there by 4 December. ' +
          'Is that possible, and what would the delivery cost? Please hold the mugs for us.',
      },
    ],
  },
]
