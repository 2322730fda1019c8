/** Whether a text has a card number in it: 13 to 19 digits that pass Luhn's check. */
export function hasCard(text: string): boolean {
  // Numbers that begin with 0 or + are telephones'.
  return (text.match(/(?:^|[^\d+])[1-9](?:[ .-]?\d){12,18}(?!\d)/g) || []).some(isCard);
}

function isCard(found: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (const digit of found.replace(/\D/g, "").split("").reverse()) {
    const value = Number(digit) * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}
