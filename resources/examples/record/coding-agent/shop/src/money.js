// Whole cents everywhere: sums stay exact.
export const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0)

export const euros = (cents) => (cents / 100).toFixed(2)

export const share = (part, whole, amount) => (whole === 0 ? 0 : Math.round((amount * part) / whole))
