/** Return a text without the card numbers in it: 13 to 19 digits that pass Luhn's check. */
export function withoutCards(text: string): string {
  // Numbers that begin with 0 or + are telephones'.
  return text.replace(/(^|[^\d+])[1-9](?:[\s.-]*\d){12,18}(?!\d)/g, (found, before) =>
    isCard(found) ? before : found,
  );
}

function isCard(found: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (const digit of found.replace(/\D/g, "").split("").reverse()) {
    const value = +digit * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}
