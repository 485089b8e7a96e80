/** Removes one leading `0x` of a hexadecimal text, in any letter case: trainers and SwarmUI write hashes with it. */
export const withoutHexPrefix = (text: string): string => text.replace(/^0x/i, '')
